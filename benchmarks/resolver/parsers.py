"""Published address parsers on the same texts, where they are installed (requirements-bench.txt)."""

import contextlib
import io
import time

from regions.resolver import Resolver


def beside(resolver: Resolver, tokens: list[str], addresses: list[str], excluded: list[str]) -> None:
    """The published parsers on the same texts, in the same run, judged by the county they find."""
    index = resolver.index
    texts = [text for text in tokens + addresses if resolver.resolve(text).code]
    wanted = {text: county_of(index, resolver.resolve(text).code) for text in texts}
    print("\nbeside published parsers      tokens/s  addresses/s   same county   exclusions read as a place")
    parsers = {"this resolver": lambda: ours(resolver), "cnloc": cnloc_parser, "jionlp": jionlp_parser}
    for name, made in parsers.items():
        try:
            parser = made()
        except ImportError as missing:
            print(
                f"{name:<24} skipped: {missing.name or missing} is not installed (pip install -r requirements-bench.txt)"
            )
            continue
        parser(tokens[:5])
        start = time.process_time()
        found = parser(tokens)
        token_rate = len(tokens) / (time.process_time() - start)
        start = time.process_time()
        found += parser(addresses)
        address_rate = len(addresses) / (time.process_time() - start)
        by_text = dict(zip(tokens + addresses, found, strict=True))
        same = sum(by_text[text] == wanted[text] for text in texts)
        claimed = sum(county is not None for county in parser(excluded))
        print(
            f"{name:<24} {token_rate:>13,.0f} {address_rate:>12,.0f} {same / len(texts):>13.1%} "
            f"{claimed:>10} of {len(excluded)}"
        )


def county_of(index, code: str) -> str | None:
    """Name of the county-level unit a code lies in; None above."""
    unit = index.find(code)
    units = [unit, *(index.find(up) for up in unit.up)]
    return next((life.name for life in units if life.level == 3), None)


def ours(resolver: Resolver):
    def parse(texts):
        codes = [resolver.resolve(text).code for text in texts]
        return [county_of(resolver.index, code) if code else None for code in codes]

    return parse


def cnloc_parser():
    import cnloc

    def parse(texts):
        names = cnloc.getlocation(list(texts), max_workers=1)["county_name"]
        return [name if isinstance(name, str) and name else None for name in names]

    return parse


def jionlp_parser():
    with contextlib.redirect_stdout(io.StringIO()):
        import jionlp
    return lambda texts: [jionlp.parse_location(text)["county"] for text in texts]
