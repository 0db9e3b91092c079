package dev.berth.e2e.badinput;

import io.grpc.Status.Code;
import java.util.List;

/**
 * One bad CSI request.
 *
 * @param wrong what is wrong with it
 * @param call the request
 * @param code the status that it must get
 * @param words what the message must contain
 */
record Row(String wrong, Call call, Code code, List<String> words) {
  /** A call to a driver; what it answers does not matter, for it must not answer. */
  @FunctionalInterface
  interface Call {
    Object on(RunningDriver driver);
  }

  static Row of(String wrong, Call call, Code code, String... words) {
    return new Row(wrong, call, code, List.of(words));
  }

  @Override
  public String toString() {
    return wrong;
  }
}
