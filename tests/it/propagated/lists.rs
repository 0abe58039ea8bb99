//! Generator expressions that become lists, and tests beside them, run before and after.

use super::check_migrated;

/// Generator expressions that are read as a whole, and tests that a loop may run.
const LISTS: &str = "\
//- pyproject.toml
[project]
name = 'rates'
version = '1'
//- rates.py
import asyncio


async def fetch(day):
    await asyncio.sleep(0)
    return day


def rate(day):
    return asyncio.run(fetch(day))
//- totals.py
import math

from rates import rate


def total(days, one='1'):
    most = max((rate(day) for day in days if rate(day) > 0), default=0)
    text = f\"{', '.join(str(rate(day)) for day in days)} {set(rate(day) for day in days)}\"
    rows = sorted((rate(day), one) for day in days)
    return sum(rate(day) for day in days), most, text, rows, dict((day, rate(day)) for day in days)


def main():
    print(total([2, 1]), math.fsum(rate(day) for day in (1, 2)), tuple(rate(day) for day in (1, 2)))


if __name__ == '__main__':
    main()
//- test_rates.py
import unittest

from rates import rate
from totals import total


class RateTest(unittest.IsolatedAsyncioTestCase):
    def setUp(self):
        self.first = rate(1)

    def test_rate(self):
        for day in (1, 2):
            with self.subTest(day=day):
                self.assertEqual(rate(day), self.first * day)

    def test_sorted(self):
        self.assertEqual(sorted([2, 1], key=lambda day: rate(day)), [1, 2])
        self.assertEqual(rate(2), 2)

    def test_both(self):
        self.assertEqual(total([1])[0], rate(1))


if __name__ == '__main__':
    unittest.main()
";

#[test]
fn lists_stand_for_generator_expressions() {
    let lines = [
        ("totals.py", "sum([await rate(day) for day in days])"),
        (
            "totals.py",
            "max([await rate(day) for day in days if await rate(day) > 0], default=0)",
        ),
        (
            "totals.py",
            "sorted([(await rate(day), one) for day in days])",
        ),
        ("totals.py", "{set([await rate(day) for day in days])}"),
        ("test_rates.py", "        self.first = asyncio.run(rate(1))"),
        (
            "test_rates.py",
            "self.assertEqual(await rate(day), self.first * day)",
        ),
        (
            "test_rates.py",
            "key=lambda day: asyncio.run(rate(day))), [1, 2])",
        ),
        ("test_rates.py", "self.assertEqual(asyncio.run(rate(2)), 2)"),
        (
            "test_rates.py",
            "self.assertEqual(asyncio.run(total([1]))[0], asyncio.run(rate(1)))",
        ),
    ];
    check_migrated(LISTS, ["totals.py", "test_rates.py"], &lines);
}
