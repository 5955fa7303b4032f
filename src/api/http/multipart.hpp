#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "api/http/message.hpp"
#include "base/result.hpp"

namespace homeport::api::http {

/// One part of multipart/form-data (RFC 7578). The views live as long as the form.
struct FormPart {
  std::string name;
  std::string file_name;
  std::string_view content;
};

/// A form, read in place: a spooled body is mapped, not copied.
class Form {
 public:
  /// InvalidArgument if the request is no multipart form or is cut off.
  static base::Result<std::unique_ptr<Form>> parse(const Request& request);
  ~Form();
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;

  const std::vector<FormPart>& parts() const { return parts_; }
  /// The first part of that name, else null.
  const FormPart* find(std::string_view name) const;

 private:
  Form() = default;
  base::Result<std::string_view> map(const Body& body);
  base::Result<void> read_parts(std::string_view content, const std::string& boundary);

  void* mapping_ = nullptr;
  size_t mapped_bytes_ = 0;
  std::vector<FormPart> parts_;
};

}  // namespace homeport::api::http
