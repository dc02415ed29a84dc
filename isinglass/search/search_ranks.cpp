#include "isinglass/search/search_ranks.h"

#include <chrono>
#include <future>
#include <thread>

#include "isinglass/base/error.h"
#include "isinglass/io/json.h"

namespace isinglass {
namespace {

// One line of JSON, then the bytes of a checkpoint.
std::string joined(Value head, const std::shared_ptr<const std::string>& state) {
  head.set("has_state", state != nullptr);
  return write_json(head) + "\n" + (state != nullptr ? *state : "");
}
std::pair<Value, std::shared_ptr<const std::string>> parted(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) throw FormatError("a message of another rank is damaged");
  Value head = parse_json(bytes.substr(0, end), "a message of another rank");
  std::shared_ptr<const std::string> state;
  if (*head.find("has_state")->as_bool()) state = std::make_shared<const std::string>(bytes.substr(end + 1));
  return {std::move(head), std::move(state)};
}
Index index_in(const Value& head, const char* key) {
  return *head.find(key)->as_integer();
}
double real_in(const Value& head, const char* key) {
  const Value& value = *head.find(key);
  return value.as_real() != nullptr ? *value.as_real() : static_cast<double>(*value.as_integer());
}

}  // namespace

std::string bytes_of(const MemberTask& task) {
  Value head = Value::Table{};
  head.set("member", task.member);
  head.set("until", task.until);
  head.set("values", task.values);
  head.set("seed", task.seed);
  return joined(std::move(head), task.state);
}

MemberTask read_member_task(std::string_view bytes) {
  auto [head, state] = parted(bytes);
  return {.member = index_in(head, "member"),
          .until = index_in(head, "until"),
          .values = *head.find("values")->as_array(),
          .seed = index_in(head, "seed"),
          .state = std::move(state)};
}

std::string bytes_of(const MemberResult& result) {
  Value head = Value::Table{};
  head.set("member", result.member);
  head.set("epoch", result.epoch);
  head.set("score", result.score);
  head.set("train_loss", result.train_loss);
  head.set("validation", result.validation);
  head.set("failure", result.failure);
  head.set("is_finished", result.is_finished);
  head.set("is_interrupted", result.is_interrupted);
  return joined(std::move(head), result.state);
}

MemberResult read_member_result(std::string_view bytes) {
  auto [head, state] = parted(bytes);
  if (const Value* error = head.find("error")) throw Error(*error->as_string());
  return {.member = index_in(head, "member"),
          .epoch = index_in(head, "epoch"),
          .score = real_in(head, "score"),
          .train_loss = real_in(head, "train_loss"),
          .validation = *head.find("validation"),
          .state = std::move(state),
          .failure = *head.find("failure")->as_string(),
          .is_finished = *head.find("is_finished")->as_bool(),
          .is_interrupted = *head.find("is_interrupted")->as_bool()};
}

void follow_search(Communicator& ranks, const SearchPlan& plan, SearchData& data,
                   const std::function<bool()>& should_stop) {
  using namespace std::chrono_literals;
  const auto work = [&](const std::string& bytes) {
    try {
      return bytes_of(train_member(plan, data, read_member_task(bytes), should_stop));
    } catch (const std::exception& error) {
      Value head = Value::Table{};
      head.set("error", "rank " + std::to_string(ranks.rank()) + ": " + error.what());
      return joined(std::move(head), nullptr);
    }
  };
  std::vector<std::future<std::string>> results;
  for (bool is_over = false; !is_over || !results.empty();) {
    while (const auto message = ranks.poll()) {
      if (message->bytes == kNoMoreTasks)
        is_over = true;
      else
        results.push_back(std::async(std::launch::async, work, message->bytes));
    }
    std::erase_if(results, [&](std::future<std::string>& result) {
      if (result.wait_for(1ms) != std::future_status::ready) return false;
      ranks.send(0, result.get());
      return true;
    });
    if (results.empty()) std::this_thread::sleep_for(1ms);
  }
}

}  // namespace isinglass
