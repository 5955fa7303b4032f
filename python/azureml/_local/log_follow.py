"""Following the log files of a run on a terminal, one at a time, in name order as they appear."""
from __future__ import annotations

import codecs
import re
import sys
from typing import IO, Callable, Dict, List, Mapping, Optional

FOLLOWED = re.compile(r"^azureml-logs/(\d+)_.*\.txt$|^user_logs/.*\.txt$")
_CHIEF = re.compile(r"_(?:worker_|master_|chief_|rank_|log_)0\.txt$")

_SERVER = re.compile(r"_ps_\d+\.txt$")

ReadFrom = Callable[[str, int], bytes]


class LogFollower:
    """Prints what is new of the log files each time it is told which there are.

    Files with the same leading number belong to one stage and come from different processes of the run: of those one is
    printed, the chief worker's, and the rest are named at the end. When another stage has something to say, its title is
    printed again, so that a long build is seen as it goes.
    """

    def __init__(self, read_from: ReadFrom, out: Optional[IO[str]] = None) -> None:
        self._read_from = read_from
        self._out = out if out is not None else sys.stdout
        self._offsets: Dict[str, int] = {}
        self._decoders: Dict[str, codecs.IncrementalDecoder] = {}
        self._printed: List[str] = []
        self._at_line_start = True

    def follow(self, log_files: Mapping[str, str]) -> bool:
        """Prints what is new; True if anything was."""
        printed = False
        for _, names in sorted(_stages(log_files).items()):
            name = self._chosen(names)
            if name is not None and self._drain(name, log_files[name]):
                printed = True
        return printed

    def finish(self, log_files: Mapping[str, str]) -> None:
        """Prints the rest of every file that was being printed, and names the files that were not."""
        for name in sorted(set(self._printed) & set(log_files)):
            self._drain(name, log_files[name])
        self.follow(log_files)
        others = sorted(name for name in log_files if FOLLOWED.match(name) and name not in self._printed)
        if others:
            self._write(f"\nFurther logs of this run: {', '.join(others)}\n")

    def _chosen(self, names: List[str]) -> Optional[str]:
        """The file of a stage that is printed: the chief's, else the one begun, else the first. Parameter servers wait
        for others to work: while theirs are the only files, there is nothing to print."""
        workers = [name for name in names if not _SERVER.search(name)]
        chief = [name for name in workers if _CHIEF.search(name)]
        begun = [name for name in workers if name in self._printed]
        return next(iter(chief + begun + workers), None)

    def _drain(self, name: str, url: str) -> bool:
        printed = False
        while True:
            data = self._read_from(url, self._offsets.get(name, 0))
            if not data:
                return printed
            if name not in self._printed:
                self._title(name)
            elif self._printed[-1] != name:
                self._printed.remove(name)
                self._title(name)
            self._offsets[name] = self._offsets.get(name, 0) + len(data)
            decoder = self._decoders.setdefault(name, codecs.getincrementaldecoder("utf-8")("replace"))
            self._write(decoder.decode(data))
            printed = True

    def _title(self, name: str) -> None:
        title = f"Streaming {name}"
        if not self._at_line_start:
            self._write("\n")
        self._write(f"\n{title}\n{'=' * len(title)}\n")
        self._printed.append(name)

    def _write(self, text: str) -> None:
        if text:
            self._out.write(text)
            self._out.flush()
            self._at_line_start = text.endswith("\n")


def _stages(log_files: Mapping[str, str]) -> Dict[str, List[str]]:
    """Stage -> its files in name order. A name without a number is a stage of its own, after the numbered ones."""
    stages: Dict[str, List[str]] = {}
    for name in sorted(log_files):
        match = FOLLOWED.match(name)
        if match:
            stages.setdefault(match.group(1) or f"~{name}", []).append(name)
    return stages
