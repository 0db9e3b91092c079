package dev.berth.program.control;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The option {@code --root} of every command that starts or asks a daemon; BERTH_ROOT is its
 * default.
 */
public final class RootOption {
  private static final String DEFAULT = "/var/lib/berth";

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description = "The daemon's folder (default: $BERTH_ROOT, or " + DEFAULT + ").")
  private Optional<Path> root = Optional.empty();

  /** The folder, absolute. */
  public Path path() {
    return root.or(
            () ->
                Optional.ofNullable(System.getenv("BERTH_ROOT"))
                    .filter(r -> !r.isEmpty())
                    .map(Path::of))
        .orElse(Path.of(DEFAULT))
        .toAbsolutePath()
        .normalize();
  }

  public ControlClient client() {
    return new ControlClient(path());
  }
}
