package dev.berth.program.csi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The name of this machine, from the kernel: asking the resolver could take seconds. */
public final class HostName {
  private HostName() {}

  public static String text() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
