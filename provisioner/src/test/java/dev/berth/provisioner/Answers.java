package dev.berth.provisioner;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** How a fake driver answers: as asked to, failing before or after the work is done. */
final class Answers {
  private enum When {
    BEFORE,
    AFTER
  }

  private record Fault(Status status, When when) {}

  @GuardedBy("this")
  private final Map<String, Deque<Fault>> faults = new HashMap<>();

  @GuardedBy("this")
  private final List<String> calls = new ArrayList<>();

  /** The next call of this name fails and nothing has been done. */
  synchronized void fail(String call, Status status) {
    fault(call, new Fault(status, When.BEFORE));
  }

  /** The next call of this name is carried out, but its caller never learns. */
  synchronized void loseReply(String call, Status status) {
    fault(call, new Fault(status, When.AFTER));
  }

  synchronized List<String> calls() {
    return List.copyOf(calls);
  }

  @GuardedBy("this")
  private void fault(String call, Fault fault) {
    faults.computeIfAbsent(call, _ -> new ArrayDeque<>()).add(fault);
  }

  <T> void answer(String call, StreamObserver<T> out, Supplier<T> work) {
    Optional<Fault> fault;
    synchronized (this) {
      calls.add(call);
      fault = Optional.ofNullable(faults.getOrDefault(call, new ArrayDeque<>()).poll());
    }
    if (fault.filter(f -> f.when() == When.BEFORE).isPresent()) {
      out.onError(fault.get().status().asException());
      return;
    }
    try {
      T answer = work.get();
      if (fault.isPresent()) {
        out.onError(fault.get().status().asException());
        return;
      }
      out.onNext(answer);
      out.onCompleted();
    } catch (StatusRuntimeException e) {
      out.onError(e);
    }
  }
}
