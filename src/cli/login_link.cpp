#include "cli/login_link.hpp"

#include <boost/json.hpp>

#include "cli/client.hpp"
#include "cli/json.hpp"

namespace homeport::cli {

base::Result<std::string> make_login_link(Client& client, const std::string& return_to) {
  boost::json::object body;
  if (!return_to.empty()) {
    body["returnTo"] = return_to;
  }
  HP_TRY(const auto answer,
         client.send_json(
             "POST", "/providers/Homeport.Compute/loginLinks" + std::string(kOwnVersion), body));
  const std::string url = text_at(answer, "/url");
  if (url.empty()) {
    return base::internal("the server answered without a login link");
  }
  return url;
}

}  // namespace homeport::cli
