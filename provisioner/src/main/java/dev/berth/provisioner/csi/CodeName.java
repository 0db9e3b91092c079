package dev.berth.provisioner.csi;

import io.grpc.Status;

/** Status codes in the spelling of grpc-go, which is what people grep events for. */
final class CodeName {
  private CodeName() {}

  /** {@code DeadlineExceeded} for DEADLINE_EXCEEDED. */
  static String of(Status.Code code) {
    if (code == Status.Code.OK) {
      return "OK";
    }
    if (code == Status.Code.CANCELLED) {
      return "Canceled"; // the one that grpc-go spells differently
    }
    StringBuilder name = new StringBuilder();
    boolean start = true;
    for (char letter : code.name().toCharArray()) {
      if (letter == '_') {
        start = true;
      } else {
        name.append(start ? letter : Character.toLowerCase(letter));
        start = false;
      }
    }
    return name.toString();
  }
}
