#pragma once

namespace homeport::agent {

/// Forbids this process and all that it starts to make set-user-ID and set-group-ID files (EPERM),
/// and files with capabilities or other extended attributes (ENOTSUP). With mapped owners
/// (mounts.hpp) such a file would be root's on the disk; who is root of a user namespace of his own
/// could give it capabilities. What a filter cannot look into (openat2, io_uring, system calls of
/// other architectures) is not there (ENOSYS). Needs no_new_privs; allocates nothing. False with
/// errno if the kernel refuses.
bool forbid_set_id_files();

}  // namespace homeport::agent
