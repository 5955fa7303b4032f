#pragma once

#include <string>
#include <variant>

namespace homeport::security {

/// The person who owns this Homeport: may do everything.
struct Owner {
  /// Of the program that signed in for the owner; "" for the owner's own token.
  std::string client_id{};
};

/// A run, known by the token it was started with: reads its workspace, writes only itself, its
/// child runs, their metrics and artifacts.
struct RunIdentity {
  std::string workspace_id;
  std::string run_id;
  std::string experiment_name;
};

/// A valid signature of a storage account's key, or a SAS made with it, on a storage request.
struct StorageAccount {
  std::string account;
};

/// Whoever looks after this Homeport: reads the service's own figures (/metrics), and nothing else.
struct Monitor {};

struct Anonymous {};

/// Who sends a request, as established from its credentials.
using Principal = std::variant<Anonymous, Owner, Monitor, RunIdentity, StorageAccount>;

}  // namespace homeport::security
