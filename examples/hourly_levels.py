# %% [markdown]
# # River levels by the hour

# %%
import asyncio
import statistics

STATIONS = {"Elbe": [212, 214, 219], "Saale": [97, 96, 96], "Mulde": [143, 147, 152]}


# %%
async def fetch_levels(river):
    await asyncio.sleep(0.01)  # the request
    return STATIONS[river]


async def fetch_all():
    return dict(zip(STATIONS, await asyncio.gather(*map(fetch_levels, STATIONS))))


# %%
loop = asyncio.get_event_loop()
levels = loop.run_until_complete(fetch_all())

# %%
for river, values in levels.items():
    print(f"{river}: {statistics.mean(values):.1f} cm")

# %% How fast does the Elbe rise?
rise = (loop.run_until_complete(fetch_levels("Elbe"))[-1]  # newest last
        - levels["Elbe"][0])
print(f"Elbe: {rise:+d} cm")
loop.close()

# %%
later = [asyncio.run(fetch_levels(river)) for river in ("Saale", "Mulde")]
print(sum(map(sum, later)))
