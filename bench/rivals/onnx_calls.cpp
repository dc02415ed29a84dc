// bench/rivals/onnx_calls.cpp - predictions by ONNX Runtime through its C interface, without Python's cost of a call.
//
//     onnx_calls LIBRARY MODEL INPUTS OUTPUTS N_OUT THREADS SECONDS N C H W...
//
// INPUTS and OUTPUTS are files of raw floats, N C H W... the shape of the inputs. Prints the seconds of a call. The
// library is opened at run time, and no header of it is needed: the place of each function in its table is part of its
// stable interface.
#include <dlfcn.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

namespace {

using Handle = void*;

struct Base {
  const Handle* (*api)(std::uint32_t version);
  const char* (*version)();
};

enum Function {
  kGetErrorMessage = 2,
  kCreateEnv = 3,
  kCreateSession = 7,
  kRun = 9,
  kCreateSessionOptions = 10,
  kSetGraphOptimizationLevel = 23,
  kSetIntraOpNumThreads = 24,
  kSetInterOpNumThreads = 25,
  kCreateTensor = 49,
  kCreateCpuMemoryInfo = 69
};

const Handle* table = nullptr;

template <class... A>
void call(Function function, A... arguments) {
  const Handle status = reinterpret_cast<Handle (*)(A...)>(table[function])(arguments...);
  if (status == nullptr) return;
  std::fprintf(stderr, "%s\n", reinterpret_cast<const char* (*)(Handle)>(table[kGetErrorMessage])(status));
  std::exit(1);
}

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

int main(int count, char** words) {
  if (count < 10) return 2;
  const Handle library = dlopen(words[1], RTLD_NOW);
  if (library == nullptr) return std::fprintf(stderr, "%s\n", dlerror()), 1;
  constexpr std::uint32_t kInterface = 16;
  table = reinterpret_cast<Base* (*)()>(dlsym(library, "OrtGetApiBase"))()->api(kInterface);
  constexpr int kWarnings = 2, kAllOptimisations = 99, kArena = 1, kDefault = 0, kFloat = 1;
  Handle env{}, options{}, memory{}, session{}, x{}, y{};
  call(kCreateEnv, kWarnings, "bench", &env);
  call(kCreateSessionOptions, &options);
  call(kSetGraphOptimizationLevel, options, kAllOptimisations);
  call(kSetIntraOpNumThreads, options, std::atoi(words[6]));
  call(kSetInterOpNumThreads, options, 1);
  call(kCreateSession, env, static_cast<const char*>(words[2]), options, &session);
  call(kCreateCpuMemoryInfo, kArena, kDefault, &memory);
  std::vector<std::int64_t> shape;
  std::int64_t size = 1;
  for (int i = 8; i < count; ++i) size *= shape.emplace_back(std::atoll(words[i]));
  std::vector<float> inputs(static_cast<std::size_t>(size));
  const std::int64_t output_shape[] = {shape[0], std::atoll(words[5])};
  std::vector<float> outputs(static_cast<std::size_t>(output_shape[0] * output_shape[1]));
  std::ifstream(words[3], std::ios::binary)
      .read(reinterpret_cast<char*>(inputs.data()), static_cast<std::streamsize>(inputs.size() * sizeof(float)));
  call(kCreateTensor, memory, static_cast<void*>(inputs.data()), inputs.size() * sizeof(float),
       static_cast<const std::int64_t*>(shape.data()), shape.size(), kFloat, &x);
  call(kCreateTensor, memory, static_cast<void*>(outputs.data()), outputs.size() * sizeof(float), &output_shape[0],
       std::size_t{2}, kFloat, &y);
  const char* const x_name[] = {"x"};
  const char* const y_name[] = {"y"};
  const Handle none = nullptr;
  const auto predict = [&] {
    call(kRun, session, none, &x_name[0], &x, std::size_t{1}, &y_name[0], std::size_t{1}, &y);
  };
  for (int i = 0; i < 20; ++i) predict();
  std::vector<double> times;
  const double begin = now(), seconds = std::atof(words[7]);
  constexpr int kCalls = 5;  // between two looks at the clock
  do {
    const double start = now();
    for (int i = 0; i < kCalls; ++i) predict();
    times.push_back((now() - start) / kCalls);
  } while (now() - begin < seconds);
  std::nth_element(times.begin(), times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2), times.end());
  std::printf("%.9g\n", times[times.size() / 2]);
  std::ofstream(words[4], std::ios::binary)
      .write(reinterpret_cast<const char*>(outputs.data()),
             static_cast<std::streamsize>(outputs.size() * sizeof(float)));
  std::fflush(stdout);
  std::_Exit(0);  // its threads and tables go with the process
}
