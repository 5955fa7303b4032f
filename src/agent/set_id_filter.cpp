#include "agent/set_id_filter.hpp"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>

namespace homeport::agent {
namespace {

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
#error "which architecture is this to the kernel's audit?"
#endif

constexpr unsigned kForeignCalls = 0x40000000;  // x32, a second table of the same architecture
constexpr unsigned kFchmodat2 = 452;
constexpr unsigned kSetxattrat = 463;
constexpr unsigned kSetIdBits = S_ISUID | S_ISGID;
constexpr unsigned kCreates = O_CREAT | (O_TMPFILE & ~O_DIRECTORY);
constexpr unsigned kEnd = SECCOMP_RET_ALLOW;

constexpr sock_filter load(unsigned offset) {
  return {BPF_LD | BPF_W | BPF_ABS, 0, 0, offset};
}
/// The lower half of an argument, on a little-endian machine.
constexpr sock_filter load_argument(unsigned index) {
  return load(static_cast<unsigned>(offsetof(seccomp_data, args)) + 8 * index);
}
constexpr sock_filter jump(unsigned short test, unsigned value, unsigned char yes,
                           unsigned char no) {
  return {static_cast<unsigned short>(BPF_JMP | test | BPF_K), yes, no, value};
}
constexpr sock_filter result(unsigned value) {
  return {BPF_RET | BPF_K, 0, 0, value};
}

class Program {
 public:
  constexpr Program() {
    add(load(offsetof(seccomp_data, arch)));
    add(jump(BPF_JEQ, kArchitecture, 1, 0));
    add(result(SECCOMP_RET_ERRNO | ENOSYS));
    add(load(offsetof(seccomp_data, nr)));
    add(jump(BPF_JGE, kForeignCalls, 0, 1));
    add(result(SECCOMP_RET_ERRNO | ENOSYS));
    forbid(SYS_openat2, ENOSYS);
    forbid(SYS_io_uring_setup, ENOSYS);
    // The name of an attribute cannot be looked at, and one of them gives a file capabilities.
    for (const unsigned call :
         {unsigned{SYS_setxattr}, unsigned{SYS_lsetxattr}, unsigned{SYS_fsetxattr}, kSetxattrat}) {
      forbid(call, ENOTSUP);
    }
    check_mode(SYS_fchmod, 1);
    check_mode(SYS_fchmodat, 2);
    check_mode(kFchmodat2, 2);
    check_mode(SYS_mknodat, 2);
    check_mode_if_created(SYS_openat, 2, 3);
#ifdef SYS_open
    check_mode(SYS_chmod, 1);
    check_mode(SYS_creat, 1);
    check_mode(SYS_mknod, 1);
    check_mode_if_created(SYS_open, 1, 2);
#endif
    add(result(kEnd));
  }
  constexpr unsigned short size() const {
    return static_cast<unsigned short>(size_);
  }
  const sock_filter* code() const {
    return code_.data();
  }

 private:
  constexpr void add(sock_filter line) {
    code_[size_++] = line;
  }
  constexpr void forbid(unsigned call, unsigned error) {
    add(jump(BPF_JEQ, call, 0, 1));
    add(result(SECCOMP_RET_ERRNO | error));
  }
  constexpr void check_mode(unsigned call, unsigned mode) {
    add(jump(BPF_JEQ, call, 0, 4));
    refuse(mode);
  }
  constexpr void check_mode_if_created(unsigned call, unsigned flags, unsigned mode) {
    add(jump(BPF_JEQ, call, 0, 7));
    add(load_argument(flags));
    add(jump(BPF_JSET, kCreates, 1, 0));
    add(result(kEnd));  // no file is made: the mode means nothing
    refuse(mode);
  }
  constexpr void refuse(unsigned mode) {
    add(load_argument(mode));
    add(jump(BPF_JSET, kSetIdBits, 0, 1));
    add(result(SECCOMP_RET_ERRNO | EPERM));
    add(result(kEnd));
  }

  std::array<sock_filter, 96> code_{};
  size_t size_ = 0;
};

constexpr Program kProgram;

}  // namespace

bool forbid_set_id_files() {
  const sock_fprog program{kProgram.size(), const_cast<sock_filter*>(kProgram.code())};
  return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                   &program) == 0;
}

}  // namespace homeport::agent
