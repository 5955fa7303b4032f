#include "cli/client.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/text.hpp"
#include "cli/json.hpp"

namespace homeport::cli {
namespace {

namespace json = boost::json;
using base::ErrorCode;

ErrorCode code_of_status(int status) {
  switch (status) {
    case 400:
    case 405:
    case 415:
    case 422:
      return ErrorCode::InvalidArgument;
    case 401:
      return ErrorCode::Unauthenticated;
    case 403:
      return ErrorCode::PermissionDenied;
    case 404:
      return ErrorCode::NotFound;
    case 409:
      return ErrorCode::Conflict;
    case 412:
      return ErrorCode::PreconditionFailed;
    case 413:
    case 429:
    case 507:
      return ErrorCode::ResourceExhausted;
    case 501:
      return ErrorCode::NotImplemented;
    case 502:
    case 503:
    case 504:
      return ErrorCode::Unavailable;
    default:
      return ErrorCode::Internal;
  }
}

/// Blob errors are XML; their code is in a header, their message between tags.
std::string xml_message(const std::string& body) {
  const size_t begin = body.find("<Message>");
  const size_t end = body.find("</Message>");
  return begin == std::string::npos || end == std::string::npos
             ? ""
             : body.substr(begin + 9, end - begin - 9);
}

base::Error error_of(const HttpAnswer& answer, const std::string& asked) {
  base::Error error{code_of_status(answer.status), {}, {}, {}, {}};
  if (const auto document = parse_json(answer.body); document && !answer.body.empty()) {
    error.message = text_at(document.value(), "/error/message");
    error.target = text_at(document.value(), "/error/target");
    error.reason = text_at(document.value(), "/error/code");
  } else {
    error.message = xml_message(answer.body);
    error.reason = std::string(answer.headers.get("x-ms-error-code"));
  }
  if (error.message.empty()) {
    error.message = "the server answered " + std::to_string(answer.status) + " to " + asked;
  }
  if (error.code == ErrorCode::Unauthenticated) {
    error.message +=
        ". Run `homeport up` on the server's data directory to keep its token in your "
        "profile, or set HOMEPORT_TOKEN.";
  }
  return error;
}

std::string time_text(std::chrono::milliseconds time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  return seconds >= 120 ? std::to_string(seconds / 60) + " minutes"
                        : std::to_string(seconds) + " seconds";
}

base::Error nobody_answers(const ServerAddress& address, std::string cause) {
  const std::string data =
      address.data_directory ? " --data-dir " + address.data_directory->string() : "";
  return {ErrorCode::Unavailable,
          "no Homeport answers at " + address.url + " (named by " + address.source +
              "); start it with `homeport up" + data + "`",
          {},
          "ServerNotReachable",
          std::move(cause)};
}

domain::WorkspaceKey key_of_id(const std::string& id) {
  const auto parts = base::split(id, '/');
  return parts.size() >= 9 ? domain::WorkspaceKey{parts[2], parts[4], parts[8]}
                           : domain::WorkspaceKey{};
}

std::string path_under(const domain::WorkspaceKey& key, std::string_view provider) {
  return "/subscriptions/" + path_segment(key.subscription_id) + "/resourceGroups/" +
         path_segment(key.resource_group) + "/providers/" + std::string(provider) + "/workspaces/" +
         path_segment(key.name);
}

}  // namespace

std::string path_segment(std::string_view text) {
  return base::percent_encode(text);
}

base::Result<HttpAnswer> Client::send(std::string method, std::string_view path, std::string body,
                                      api::http::Headers headers) {
  const std::string asked = method + " " + std::string(path.substr(0, path.find('?')));
  HP_TRY(HttpAnswer answer, exchange(std::move(method), path, std::move(body), std::move(headers)));
  if (answer.status >= 400) {
    return error_of(answer, asked);
  }
  return answer;
}

base::Result<HttpAnswer> Client::exchange(std::string method, std::string_view path,
                                          std::string body, api::http::Headers headers) {
  HttpCall call{std::move(method), std::string(path), std::move(headers), std::move(body)};
  if (path.starts_with('/')) {
    call.url = address_.url + call.url;
    if (!address_.token.empty()) {
      call.headers.set("Authorization", "Bearer " + address_.token.reveal());
    }
  }
  return send_patiently(call);
}

base::Result<HttpAnswer> Client::send_patiently(const HttpCall& call) {
  const auto deadline = std::chrono::steady_clock::now() + patience_.total;
  auto pause = patience_.first_pause;
  for (bool said = false;;) {
    auto answer = transport_.send(call);
    const bool is_down =
        answer ? answer.value().status == 503 : answer.error().code == ErrorCode::Unavailable;
    if (!is_down) {
      return answer;
    }
    if (std::chrono::steady_clock::now() >= deadline) {
      return answer ? answer
                    : base::Result<HttpAnswer>(nobody_answers(address_, answer.error().cause));
    }
    if (!said && patience_.say) {
      patience_.say("Homeport at " + address_.url + " does not answer; trying again for " +
                    time_text(patience_.total) + ". A run goes on meanwhile.");
      said = true;
    }
    if (patience_.pause && !patience_.pause(pause)) {
      return base::Error{ErrorCode::Cancelled, "interrupted", {}, {}, {}};
    }
    pause = std::min(pause * 2, patience_.longest_pause);
  }
}

base::Result<json::value> Client::get(std::string_view path) {
  HP_TRY(const HttpAnswer answer, send("GET", path));
  return answer.body.empty() ? base::Result<json::value>(json::value()) : parse_json(answer.body);
}

base::Result<json::value> Client::send_json(std::string method, std::string_view path,
                                            const json::value& body) {
  api::http::Headers headers;
  headers.set("Content-Type", "application/json");
  HP_TRY(const HttpAnswer answer,
         send(std::move(method), path, json::serialize(body), std::move(headers)));
  return answer.body.empty() ? base::Result<json::value>(json::value()) : parse_json(answer.body);
}

base::Result<std::vector<domain::WorkspaceKey>> Client::list_workspaces() {
  std::vector<domain::WorkspaceKey> keys;
  HP_TRY(const json::value subscriptions, get("/subscriptions?api-version=2019-11-01"));
  for (const json::value& subscription : array_at(subscriptions, "/value")) {
    HP_TRY(
        const json::value page,
        get("/subscriptions/" + path_segment(text_at(subscription, "/subscriptionId")) +
            "/providers/Microsoft.MachineLearningServices/workspaces" + std::string(kArmVersion)));
    for (const json::value& workspace : array_at(page, "/value")) {
      keys.push_back(key_of_id(text_at(workspace, "/id")));
    }
  }
  return keys;
}

base::Result<domain::WorkspaceKey> Client::resolve_workspace() {
  const std::string& wanted = address_.workspace.name;
  HP_TRY(const auto keys, list_workspaces());
  for (const domain::WorkspaceKey& key : keys) {
    if (wanted.empty() || base::equals_ignoring_case(wanted, key.name)) {
      return key;
    }
  }
  return base::not_found("WorkspaceNotFound",
                         wanted.empty() ? "this Homeport has no workspace"
                                        : "this Homeport has no workspace named '" + wanted + "'");
}

base::Result<std::string> Client::workspace_path() {
  if (address_.workspace.subscription_id.empty()) {
    HP_TRY(address_.workspace, resolve_workspace());
  }
  return path_under(address_.workspace, "Microsoft.MachineLearningServices");
}

base::Result<std::string> Client::web_view(std::string_view run_id) {
  HP_TRYV(workspace_path());
  return address_.url + "/web/runs/" + path_segment(address_.workspace.name) + "/" +
         path_segment(run_id);
}

base::Result<std::string> Client::own_workspace_path() {
  HP_TRYV(workspace_path());
  return path_under(address_.workspace, "Homeport.Compute");
}

}  // namespace homeport::cli
