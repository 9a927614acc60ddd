from pathlib import Path, PurePosixPath

import pytest

from klausur.base.errors import RefusedError
from klausur.store import unsafe_folders
from klausur.store.folder import opened
from klausur.store.unsafe_folders import Mount, mounts, why_unsafe

TABLE = r"""
proc /proc proc rw 0 0
/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local ext4 rw 0 0
//nas/exams /mnt/exam\040days cifs rw 0 0
me@host: /mnt/far fuse.sshfs rw 0 0
/dev/sdc1 /mnt/stick fuseblk rw 0 0
/dev/sdd1 /mnt/crypt fuse.gocryptfs rw 0 0
drive /mnt/share 9p rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "why"),
    [
        ("/srv/exam", None),
        ("/home/ada/exam", "nfs4"),
        ("/home/local/exam", None),
        ("/homely/exam", None),
        ("/mnt/exam days/exam", "cifs"),
        ("/mnt/far/exam", "fuse.sshfs"),
        ("/mnt/stick/exam", None),
        ("/mnt/crypt/exam", None),
        ("/mnt/share/exam", "9p"),
        ("/srv/Dropbox/exam", "Dropbox"),
        ("/srv/OneDrive - University/exam", "OneDrive"),
        ("/srv/Nextcloud/exam", "Nextcloud"),
        ("/Users/ada/Library/Mobile Documents/exam", "iCloud"),
        ("/Users/ada/Google Drive/exam", "Google Drive"),
        ("/srv/dropbox-talk/exam", "Dropbox"),
        ("/srv/on-clouds/exam", None),
    ],
)
def test_where_a_file_is_unsafe(folder: str, why: str | None) -> None:
    said = why_unsafe(PurePosixPath(folder), mounts(TABLE))
    assert (said is None) if why is None else (said is not None and why in said)


def test_the_later_mount_of_a_place_counts() -> None:
    table = (Mount(PurePosixPath("/srv"), "nfs"), Mount(PurePosixPath("/srv"), "ext4"))
    assert why_unsafe(PurePosixPath("/srv/exam"), table) is None


@pytest.mark.usefixtures("only_in_files")
def test_a_synchronised_folder_is_refused_unless_somebody_knows_better(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".stfolder").mkdir()
    exam = tmp_path / "exam"
    exam.mkdir()
    with pytest.raises(RefusedError, match="Syncthing") as caught, opened(exam, create=True):
        pass
    assert not list(exam.iterdir())
    assert unsafe_folders.VARIABLE in caught.value.remedy
    monkeypatch.setenv(unsafe_folders.VARIABLE, "1")
    with opened(exam, create=True):
        pass
