package dev.berth.provisioner.orphan;

/** What a volume of a pool is, and why. */
public sealed interface Verdict {
  /** The reason, in words for people. */
  String why();

  /** One word for it, in metrics and tables. */
  default String word() {
    return switch (this) {
      case Named _ -> "named";
      case Waiting _ -> "waiting";
      case Leaked _ -> "leaked";
      case Unclaimed _ -> "unclaimed";
    };
  }

  /** What becomes of it by itself, and what a person can do. */
  default String outlook() {
    return switch (this) {
      case Named _ -> "nothing";
      case Waiting _ -> "nothing yet";
      case Leaked _ -> "goes to the trash by itself";
      case Unclaimed _ -> "stays, until a person gives it a PersistentVolume or repairs it";
    };
  }

  /** A PersistentVolume names it. */
  record Named(String volume) implements Verdict {
    @Override
    public String why() {
      return "PersistentVolume " + volume + " names it";
    }
  }

  /** No PersistentVolume names it, but one may still come. */
  record Waiting(String why) implements Verdict {}

  /** Nobody names it, nobody ever did, and nobody will: it is moved to the trash. */
  record Leaked(String why) implements Verdict {}

  /** Nobody names it, and it may be somebody's data: it is only reported. */
  record Unclaimed(String why) implements Verdict {}
}
