package dev.berth.program.control;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/**
 * The option {@code --root} of every command that starts or asks a daemon; BERTH_ROOT is its
 * default.
 */
public final class RootOption {
  private static final String DEFAULT = "/var/lib/berth";

  /** The state folder of {@code berth serve}, unless it was told another. */
  private static final Path OF_SERVE = Path.of("/var/lib/kubelet/plugins/local.berth.dev");

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

  /**
   * The client of whichever daemon runs here: of the folder that was asked for, or else, where
   * nothing is in the default one, of {@code berth serve} below the kubelet's folder.
   */
  public ControlClient daemon() {
    Path here = path();
    boolean asked = root.isPresent() || !here.equals(Path.of(DEFAULT));
    return !asked
            && Files.notExists(here.resolve(ControlClient.SOCKET))
            && Files.exists(OF_SERVE.resolve(ControlClient.SOCKET))
        ? new ControlClient(OF_SERVE)
        : new ControlClient(here);
  }
}
