lines: list[str] = []
