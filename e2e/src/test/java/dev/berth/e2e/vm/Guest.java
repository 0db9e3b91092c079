package dev.berth.e2e.vm;

import dev.berth.e2e.harness.Repository;
import dev.berth.e2e.harness.Shell;
import dev.berth.e2e.harness.Shell.Answer;
import java.time.Duration;

/** The guest of {@code ./dev vm}, which is made when the first test asks for it. */
public final class Guest {
  /** Making it out of Debian's packages takes one to two minutes on a quiet machine. */
  private static final Duration BUILD = Duration.ofMinutes(8);

  private Guest() {}

  /** Why this machine cannot have one; nothing when it is there. */
  public static String impossible() {
    Answer built = Shell.ask(BUILD, Repository.root().resolve("dev").toString(), "vm", "build");
    return built.exit() == 0 ? "" : "no guest of ./dev vm: " + built.output().strip();
  }
}
