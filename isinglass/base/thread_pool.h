// isinglass/base/thread_pool.h - a fixed set of threads that share out numbered parts of one job.
#pragma once
#include <memory>

#include "isinglass/base/shape.h"

namespace isinglass {

// A plain function pointer and its context, so that running a job allocates nothing.
struct Job {
  void (*run)(void* context, Index part) = nullptr;
  void* context = nullptr;
};

// Runs jobs on the calling thread and `threads - 1` workers. Workers spin for some fifty microseconds
// after a job and then park, so that an idle pool uses no processor. The caller works too and waits
// only for workers that hold a part of the job: when other processes keep the processors busy, it
// does the parts that nobody came for. Part p is meant for thread p % threads, the caller being 0, and
// another takes it only when its own are done: jobs that cut the same memory alike find it in their
// cache. One job at a time: run() may be called from one thread at a time and must not be called from
// within a job. A job must not throw.
class ThreadPool {
 public:
  // `threads` from 1 to 1024; 0 takes one for each processor this process may use. Throws
  // OptionError for another number and Error when the system refuses to start that many threads.
  explicit ThreadPool(Index threads = 0);
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  Index threads() const;
  // Processors that this process may use (its affinity mask), at least 1.
  static Index processors();

  // Calls job.run(context, part) once for each part 0 .. parts-1, in any order and on any thread,
  // and returns when all have returned. Allocates nothing.
  void run(Index parts, Job job);

  // The same for a callable f(part).
  template <class F>
  void run(Index parts, F&& f) {
    using Function = std::remove_reference_t<F>;
    run(parts, Job{[](void* context, Index part) { (*static_cast<Function*>(context))(part); },
                   const_cast<void*>(static_cast<const void*>(&f))});
  }

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace isinglass
