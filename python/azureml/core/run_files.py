"""The files of a run: listed, fetched, added."""
from __future__ import annotations

import os
from typing import IO, TYPE_CHECKING, Any, Dict, List, Optional

from .._local.notices import warn_not_honoured
from .._surface.missing import Public
from .._wire.errors import is_not_found
from ..exceptions import UserErrorException

if TYPE_CHECKING:
    from .._wire.services import Services


class RunFiles(Public):
    """What Run does with files. Names are paths with slashes, such as `outputs/model.pkl`."""

    if TYPE_CHECKING:
        id: str
        _experiment_name: str
        _services: "Services"

        def get_snapshot_id(self) -> Optional[str]: ...

    def get_file_names(self) -> List[str]:
        """The names of all files, in order."""
        found = self._services.history.artifacts(self._experiment_name, self.id)
        return sorted(str(artifact["path"]) for artifact in found)

    def download_file(self, name: str, output_file_path: Optional[str] = None, _validate_checksum: bool = False) -> None:
        """Fetches one file: into `output_file_path` (a folder keeps the file's name), else under its own name here."""
        from .._local.transfer import write_file
        from .._wire.blob import SignedUrl

        base = name.rstrip("/").rpartition("/")[2]
        target = output_file_path or base
        if os.path.isdir(target):
            target = os.path.join(target, base)
        try:
            content = self._services.history.artifact_content(self._experiment_name, self.id, name)
            blob = SignedUrl(self._services.http, content["contentUri"])
            write_file(target, blob.download)
        except Exception as problem:
            if is_not_found(problem):
                raise UserErrorException(f"File with path {name} was not found in the run {self.id}; get_file_names() "
                                         "has those there are.", inner_exception=problem, target="name") from None
            raise

    def download_files(self, prefix: Optional[str] = None, output_directory: Optional[str] = None,
                       output_paths: Optional[List[str]] = None, batch_size: int = 100, append_prefix: bool = True,
                       timeout_seconds: Optional[float] = None) -> None:
        """Fetches all files below `prefix` into a folder; `output_paths` gives each its own name there instead."""
        from .._local.transfer import in_parallel, inside_folder

        folder = (prefix or "").strip("/")
        names = [name for name in self.get_file_names()
                 if not folder or name == folder or name.startswith(folder + "/")]
        targets = list(output_paths) if output_paths is not None else [
            name if append_prefix or not folder else name[len(folder):].lstrip("/") or name for name in names]
        if len(targets) != len(names):
            raise UserErrorException(f"output_paths has {len(targets)} names for {len(names)} files.",
                                     target="output_paths")

        def fetch(index: int) -> None:
            path = inside_folder(output_directory or ".", targets[index])
            os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
            self.download_file(names[index], path)

        in_parallel(fetch, range(len(names)))

    def upload_file(self, name: str, path_or_stream: Any, datastore_name: Optional[str] = None) -> Any:
        """Adds a file, given by its path or as an open binary file."""
        warn_not_honoured("Run.upload_file", {"datastore_name": datastore_name})
        if isinstance(path_or_stream, (str, os.PathLike)):
            return self.upload_files([name], [os.fspath(path_or_stream)])
        stream: IO[bytes] = path_or_stream
        stream.seek(0, os.SEEK_END)
        size = stream.tell()
        stream.seek(0)
        created = self._services.history.create_artifacts(self._experiment_name, self.id, [name])
        self._put(created, name, stream, size)
        return created

    def upload_files(self, names: List[str], paths: List[str], return_artifacts: bool = False,
                     timeout_seconds: Optional[float] = None, datastore_name: Optional[str] = None) -> Any:
        """Adds files: `names` are their names in the run, `paths` where they are."""
        from .._local.transfer import in_parallel

        warn_not_honoured("Run.upload_files", {"datastore_name": datastore_name})
        if len(names) != len(paths):
            raise UserErrorException(f"There are {len(names)} names for {len(paths)} paths.", target="names")
        for path in paths:
            if not os.path.isfile(path):
                raise UserErrorException(f"The file to upload does not exist: {os.path.abspath(path)}", target="paths")
        created = self._services.history.create_artifacts(self._experiment_name, self.id, list(names))

        def send(index: int) -> None:
            with open(paths[index], "rb") as file:
                self._put(created, names[index], file, os.fstat(file.fileno()).st_size)

        in_parallel(send, range(len(names)))
        return (created.get("artifacts") or {}) if return_artifacts else created

    def upload_folder(self, name: str, path: str, datastore_name: Optional[str] = None) -> Any:
        """Adds all files of a folder below `name`."""
        from .._local.transfer import files_below

        warn_not_honoured("Run.upload_folder", {"datastore_name": datastore_name})
        found = files_below(path, name)
        return self.upload_files([each.blob for each in found], [each.path for each in found])

    def restore_snapshot(self, snapshot_id: Optional[str] = None, path: Optional[str] = None) -> str:
        """Fetches the source folder that the run was submitted with, as a zip in `path` (default: here); answers its path."""
        from .._local.transfer import write_file
        from .._wire.content import Content

        snapshot_id = snapshot_id or self.get_snapshot_id()
        if not snapshot_id:
            raise UserErrorException(f"The run {self.id} has no snapshot.", target="snapshot_id")
        services = self._services
        zipped = Content(services.http, services.address("history"), services.scope.path).snapshot_zip(snapshot_id)
        target = os.path.join(path or ".", f"{snapshot_id}.zip")
        write_file(target, lambda file: file.write(zipped))
        return target

    def _put(self, created: Dict[str, Any], name: str, file: IO[bytes], size: int) -> None:
        from .._wire.blob import SignedUrl

        content = (created.get("artifactContentInformation") or {}).get(name)
        if not content:
            problem = (created.get("errors") or {}).get(name)
            raise UserErrorException(f"The run {self.id} does not take the file {name}: {problem or 'no reason given'}")
        SignedUrl(self._services.http, content["contentUri"]).put(file, size)
