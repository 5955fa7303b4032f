#include "app/default_workspace.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "service/transactions.hpp"
#include "service/workspaces.hpp"

namespace homeport::app {

base::Result<domain::WorkspaceKey> ensure_default_workspace(const service::Context& context) {
  HP_TRY(const auto all, service::read(context.ledger, [](ledger::Transaction& tx) {
           return tx.workspaces().list();
         }));
  const auto oldest = std::min_element(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.created_at < b.created_at;
  });
  if (oldest != all.end()) return oldest->key;
  service::WorkspaceDraft draft;
  draft.key = {base::random_uuid(), "homeport", "homeport"};
  HP_TRY(const auto made, service::create_workspace(context, draft));
  return made.key;
}

}  // namespace homeport::app
