"""Ask the directory who covers a place, and keep a copy in step. Python 3.11, standard library only.

python client.py http://127.0.0.1:8000 510322            who covers 富顺县 (a code, a name or an address)
python client.py http://127.0.0.1:8000 --follow 0 3      changes after position 0, three pages at most
"""

import json
import sys
import time
import urllib.error
import urllib.parse
import urllib.request


class Directory:
    """A small client: keeps what it was told and asks again only with its ETag; waits when it is told to."""

    def __init__(self, address: str, *, key: str = "", language: str = "zh-CN") -> None:
        self.root = address.rstrip("/") + "/api/v1/"
        self.headers = {"Accept": "application/json", "Accept-Language": language}
        if key:
            self.headers["X-API-Key"] = key
        self.kept: dict[str, tuple[str, dict]] = {}  # address -> (ETag, answer)

    def get(self, path: str, **query) -> dict:
        """An answer; one that has not changed is not sent again."""
        url = urllib.parse.urljoin(self.root, path)
        if query:
            url += "?" + urllib.parse.urlencode(query, doseq=True)
        etag, answer = self.kept.get(url, ("", {}))
        headers = self.headers | ({"If-None-Match": etag} if etag else {})
        for _attempt in range(5):
            try:
                asked = urllib.request.Request(url, headers=headers)  # noqa: S310 - the address you gave
                with urllib.request.urlopen(asked, timeout=30) as response:  # noqa: S310
                    answer = json.load(response)
                    self.kept[url] = (response.headers["ETag"], answer)
                    return answer
            except urllib.error.HTTPError as error:
                if error.code == 304:
                    return answer
                if error.code not in (429, 503):
                    raise SystemExit(f"{error.code}: {json.load(error)['detail']}") from None
                time.sleep(int(error.headers.get("Retry-After", 1)))
        raise SystemExit("The directory is busy; try again later.")

    def who_covers(self, place: str) -> dict:
        """The answer for a code, a name or an address."""
        return self.get("coverage/", **{"region" if place.isdigit() else "q": place})

    def changes(self, position: str, pages: int):
        """What happened after a position, and where that ends."""
        for _page in range(pages):
            page = self.get("changes/", after=position)
            yield from page["results"]
            position = page["position"]
            if not page["more"]:
                break
        print("position", position)


def main(arguments: list[str]) -> None:
    directory = Directory(arguments[0])
    if arguments[1] == "--follow":
        for change in directory.changes(arguments[2], int(arguments[3])):
            print(change["action"], change["kind"], change["key"])
        return
    body = directory.who_covers(arguments[1])
    print(body["state_text"], body["detail"])
    for candidate in body["candidates"]:
        print("?", candidate["code"], candidate["full_name"])
    for answer in body["answers"]:
        print(answer["region"]["full_name"], answer["count"])
        for hit in answer["results"]:
            print("-", hit["service"]["name"], "|", hit["why"])
            for hotline in hit["hotlines"]:
                print("   ", hotline["number"], hotline["status_text"])


if __name__ == "__main__":
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    main(sys.argv[1:])
