#include "isinglass/distributed/mpi_ranks.h"

#include <dlfcn.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "isinglass/base/error.h"
#include "isinglass/base/thread_pool.h"
#include "isinglass/distributed/mpi_functions.h"

namespace isinglass {
namespace {

namespace fs = std::filesystem;

// A count that mpirun has set.
Index count_in_environment(const char* name) {
  const char* text = std::getenv(name);
  if (text == nullptr) return 1;
  Index count = 1;
  const std::string_view digits = text;
  std::from_chars(digits.data(), digits.data() + digits.size(), count);
  return std::max<Index>(count, 1);
}

// Beside the command where it was built, in the library directory where it was installed.
MpiFunctions open_module() {
  const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
  for (const char* place : {"libisinglass_mpi.so", "../lib/isinglass/libisinglass_mpi.so"}) {
    const fs::path path = here / place;
    if (!fs::exists(path)) continue;
    void* module = ::dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (module == nullptr) throw InputError(std::string(::dlerror()) + "; install OpenMPI (libopenmpi3)");
    const auto open = reinterpret_cast<OpenMpi>(::dlsym(module, kOpenMpi));
    MpiFunctions functions;
    if (open == nullptr || !open(&functions)) throw Error(path.string() + ": MPI could not begin");
    return functions;
  }
  throw InputError(
      "mpirun has started several ranks, but this isinglass was built without MPI; build it where libopenmpi-dev is "
      "installed, or leave mpirun out");
}

class OpenRanks : public MpiRanks {
 public:
  OpenRanks(MpiFunctions functions, Setup setup) : functions_(functions), setup_(std::move(setup)) {
    char host[256] = "";
    ::gethostname(host, sizeof(host) - 1);
    host_ = host;
    processes_ = all_texts(std::to_string(::getpid()) + " on " + host_);
    watch_ = std::jthread([this](const std::stop_token& stop) { watch(stop); });
  }

  Index rank() const override { return functions_.rank; }
  Index size() const override { return functions_.size; }
  void all_gather(std::span<std::byte> bytes, std::span<const std::size_t> begins) override {
    check(functions_.all_gather(bytes.data(), begins.data()));
  }
  void all_or(std::span<std::uint64_t> words) override { check(functions_.all_or(words.data(), words.size())); }
  void send(Index to, std::string_view bytes) override {
    check(functions_.send(static_cast<int>(to), bytes.data(), bytes.size()));
  }
  std::optional<Message> poll() override {
    int from = 0;
    std::size_t size = 0;
    if (!functions_.poll(&from, &size)) return std::nullopt;
    Message message{from, std::string(size, '\0')};
    check(functions_.receive(from, message.bytes.data(), size));
    return message;
  }
  // A process that mpirun has bound to some processors sees these alone.
  Index processors() const override {
    const Index here = static_cast<Index>(std::thread::hardware_concurrency());
    const Index each = std::max<Index>(1, here / count_in_environment("OMPI_COMM_WORLD_LOCAL_SIZE"));
    return std::min(each, ThreadPool::processors());
  }
  void finish() override {
    is_finishing_ = true;  // nobody ends before all have come here
    functions_.finish(0);
  }
  void fail() override {
    constexpr double kPatience = 2;  // seconds
    is_finishing_ = true;
    functions_.finish(kPatience);
  }

 private:
  void check(bool is_good) const {
    if (!is_good) throw Error("rank " + std::to_string(rank()) + ": MPI failed to reach the other ranks");
  }

  // mpirun sends SIGTERM when a rank has died, and SIGKILL a second later.
  void watch(const std::stop_token& stop) {
    using namespace std::chrono_literals;
    while (!stop.stop_requested() && !is_finishing_) {
      std::this_thread::sleep_for(20ms);
      if (!setup_.asked_to_end()) continue;
      const Index dead = first_dead();
      if (dead < 0 || !is_first_alive() || is_finishing_) continue;  // mpirun ends those who have nothing to say
      setup_.report("rank " + std::to_string(dead) + " of " + std::to_string(size()) + " (process " +
                    processes_[static_cast<std::size_t>(dead)] + ") died, and so ends the job");
      ::_exit(1);
    }
  }
  bool is_alive(Index r) const {
    const std::string& text = processes_[static_cast<std::size_t>(r)];
    const std::size_t end = text.find(' ');
    if (text.substr(end) != " on " + host_) return true;
    return ::kill(static_cast<pid_t>(std::atol(text.c_str())), 0) == 0;
  }
  Index first_dead() const {
    for (Index r = 0; r < size(); ++r)
      if (!is_alive(r)) return r;
    return -1;
  }
  bool is_first_alive() const {
    for (Index r = 0; r < rank(); ++r)
      if (is_alive(r)) return false;
    return true;
  }

  const MpiFunctions functions_;
  const Setup setup_;
  std::string host_;
  std::vector<std::string> processes_;
  std::atomic<bool> is_finishing_{false};
  std::jthread watch_;
};

}  // namespace

MpiRanks::~MpiRanks() = default;

std::unique_ptr<MpiRanks> MpiRanks::of_environment(Setup setup) {
  if (count_in_environment("OMPI_COMM_WORLD_SIZE") < 2) return nullptr;
  return std::make_unique<OpenRanks>(open_module(), std::move(setup));
}

}  // namespace isinglass
