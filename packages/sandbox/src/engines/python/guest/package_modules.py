"""Lets a skill import the files of its own package, which lie in memory and nowhere else."""

import importlib.abc
import importlib.machinery
import importlib.util
import sys

ROOT = "skill"
# What stands in tracebacks instead of a path.
ORIGIN = "skill:/"


class _Loader(importlib.abc.InspectLoader):
    """Loads one module from its source; gives its neighbours by `get_data`, for `pkgutil.get_data(__package__, "data/table.json")`."""

    def __init__(self, files, path):
        self._files = files
        self._path = path

    def is_package(self, _name):
        return self._path.endswith("__init__.py") or self._path == ""

    def get_source(self, _name):
        return self._files.get(self._path, "")

    def get_code(self, _name):
        return compile(self._files.get(self._path, ""), ORIGIN + self._path, "exec", dont_inherit=True)

    def get_filename(self, _name):
        return ORIGIN + self._path

    def get_data(self, path):
        name = path[len(ORIGIN) :] if path.startswith(ORIGIN) else path
        try:
            return self._files[name.lstrip("/")].encode("utf-8")
        except KeyError:
            raise FileNotFoundError(f"the package has no file {name!r}") from None


class _Alias(importlib.abc.Loader):
    """`import helpers` is `from . import helpers` at the root: the same module, not a second one."""

    def create_module(self, spec):
        module = importlib.import_module(f"{ROOT}.{spec.name}")
        self._spec = module.__spec__
        return module

    def exec_module(self, module):
        module.__spec__ = self._spec


class PackageFinder(importlib.abc.MetaPathFinder):
    """Finds `skill.<path>` among the files."""

    def __init__(self, files):
        self._files = files
        self._folders = {path.rsplit("/", depth)[0] for path in files for depth in range(1, path.count("/") + 1)}

    def path_of(self, name):
        """The file of a module of the package, or None, and whether it is a folder."""
        path = name.partition(".")[2].replace(".", "/")
        for candidate in (f"{path}/__init__.py".lstrip("/"), f"{path}.py"):
            if candidate in self._files:
                return candidate, candidate.endswith("__init__.py")
        is_folder = path == "" or path in self._folders
        return (f"{path}/__init__.py".lstrip("/") if is_folder else None), is_folder

    def find_spec(self, name, _path=None, _target=None):
        if name != ROOT and not name.startswith(f"{ROOT}."):
            return None
        path, is_package = self.path_of(name)
        if path is None:
            return None
        spec = importlib.machinery.ModuleSpec(name, _Loader(self._files, path), origin=ORIGIN + path, is_package=is_package)
        spec.has_location = True
        return spec


class AliasFinder(importlib.abc.MetaPathFinder):
    """Finds `<path>` as another name of `skill.<path>`."""

    def __init__(self, finder):
        self._finder = finder

    def find_spec(self, name, _path=None, _target=None):
        path, _ = self._finder.path_of(f"{ROOT}.{name}")
        return importlib.machinery.ModuleSpec(name, _Alias()) if path is not None else None


def module_name(path):
    """The name under which a file of the package is imported."""
    dotted = path.removesuffix(".py").replace("/", ".")
    return f"{ROOT}.{dotted}"


def install(files):
    """Makes the files of the package importable; by their bare names behind everything that Python has itself."""
    finder = PackageFinder(files)
    sys.meta_path.insert(0, finder)
    sys.meta_path.append(AliasFinder(finder))
