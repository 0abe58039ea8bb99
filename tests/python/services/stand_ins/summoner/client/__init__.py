from .client import SummonerClient

__all__ = ["SummonerClient"]
