#pragma once

#include <string>
#include <string_view>

#include "api/http/message.hpp"
#include "security/secret.hpp"

namespace homeport::cli {

/// The text that a SharedKey signature of Blob storage is made over. `headers` are all that count:
/// x-ms-date must be among them. `url` is whole; one in path style names the account itself.
std::string string_to_sign(std::string_view account, std::string_view method, std::string_view url,
                           const api::http::Headers& headers, size_t content_length);

/// The Authorization header's value. `key` is base64, as the services hand it out.
std::string shared_key_authorization(std::string_view account, const security::Secret& key,
                                     std::string_view method, std::string_view url,
                                     const api::http::Headers& headers, size_t content_length);

}  // namespace homeport::cli
