// isinglass/serve/studio_rig.h - for tests: a studio in an empty directory, and what it answers.
#pragma once
#include <gtest/gtest.h>

#include "isinglass/serve/serve_rig.h"
#include "isinglass/serve/studio.h"

namespace isinglass::testing_serve {

class StudioRig : public testing::Test {
 protected:
  StudioRig()
      : directory_(testing::TempDir() + "/studio-" + testing::UnitTest::GetInstance()->current_test_info()->name() +
                   "-" + std::to_string(::getpid())),
        studio_({.directory = directory_}) {
    studio_.start();
    const std::string address = studio_.address();
    port_ = std::stoi(address.substr(address.rfind(':') + 1));
  }
  ~StudioRig() override { std::filesystem::remove_all(directory_); }

  Value got(const std::string& path) const { return answered(get(port_, path), path); }
  Value posted(const std::string& path, const std::string& body) const {
    return answered(post(port_, path, studio_.token(), body), path);
  }
  std::string refused(const Reply& reply) const {
    EXPECT_EQ(reply.status, 400) << reply.body;
    const Value document = reply.json();
    return document.find("error") == nullptr ? "" : *document.find("error")->as_string();
  }
  std::string get_refused(const std::string& path) const { return refused(get(port_, path)); }
  std::string post_refused(const std::string& path, const std::string& body) const {
    return refused(post(port_, path, studio_.token(), body));
  }

  // Trains an experiment to its end and returns the run's id.
  std::string trained(const std::string& toml) {
    Value body = Value::Table{};
    body.set("toml", toml);
    const std::string id = *posted("/api/runs", write_json(body)).find("id")->as_string();
    posted("/api/runs/" + id + "/command", "{\"do\":\"play\"}");
    EXPECT_TRUE(eventually([&] {
      const Value state = got("/api/state");
      for (const Value& run : *state.find("runs")->as_array())
        if (*run.find("id")->as_string() == id) return *run.find("status")->as_string() == "done";
      return false;
    }));
    return id;
  }

  std::string directory_;
  Studio studio_;
  int port_ = 0;

 private:
  Value answered(const Reply& reply, const std::string& path) const {
    EXPECT_EQ(reply.status, 200) << path << ": " << reply.body.substr(0, 400);
    return reply.json();
  }
};

// The value at a path of keys and places: at(document, "network.layers.0.shape").
inline const Value& at(const Value& document, const std::string& path) {
  static const Value kNull;
  const Value* value = &document;
  for (std::size_t begin = 0; begin <= path.size();) {
    const std::size_t dot = std::min(path.find('.', begin), path.size());
    const std::string key = path.substr(begin, dot - begin);
    if (const Value::Array* array = value->as_array()) {
      const std::size_t place = std::stoul(key);
      if (place >= array->size()) return kNull;
      value = &(*array)[place];
    } else {
      value = value->find(key);
      if (value == nullptr) return kNull;
    }
    begin = dot + 1;
  }
  return *value;
}
inline std::string text(const Value& document, const std::string& path) {
  const Value& found = at(document, path);
  return found.as_string() != nullptr ? *found.as_string() : write_json(found);
}
inline double number(const Value& document, const std::string& path) {
  const Value& found = at(document, path);
  return found.as_real() != nullptr      ? *found.as_real()
         : found.as_integer() != nullptr ? static_cast<double>(*found.as_integer())
                                         : std::numeric_limits<double>::quiet_NaN();
}

}  // namespace isinglass::testing_serve
