package dev.berth.e2e.sigkill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.berth.program.Fault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * A user with one claim and one pod of the same name, and what the daemon promised about them. One
 * thread at a time.
 */
final class Story {
  private static final int FILE = 64 << 10;
  private static final long POLL = 5_000_000;

  private final String name;
  private final String fsType;
  private final Daemon daemon;
  private final RandomGenerator random;
  private final Map<String, Byte> files = new LinkedHashMap<>();
  private Belief claim = Belief.ABSENT;
  private Belief pod = Belief.ABSENT;
  private long promised;
  private long asked;
  private int written;
  private int steps;
  private int verified;

  Story(String name, String fsType, Daemon daemon, RandomGenerator random) {
    this.name = name;
    this.fsType = fsType;
    this.daemon = daemon;
    this.random = random;
  }

  String name() {
    return name;
  }

  Belief claim() {
    return claim;
  }

  Belief pod() {
    return pod;
  }

  /** What the claim may request, in MiB. */
  boolean allowsRequest(long mebibytes) {
    return mebibytes == promised || mebibytes == asked;
  }

  /** Steps that were completed. */
  int steps() {
    return steps;
  }

  /** Files that were read back after a restart, each as often as it was. */
  int verified() {
    return verified;
  }

  /** Lives until the daemon goes away or {@code enough}. */
  void live(BooleanSupplier enough) {
    try {
      while (!enough.getAsBoolean()) {
        step(enough);
        steps++;
      }
    } catch (Fault daemonIsGone) {
      // What was under way is neither promised nor refused; the beliefs say so already.
    }
  }

  private void step(BooleanSupplier enough) {
    if (claim == Belief.ABSENT) {
      createClaim();
    } else if (claim == Belief.LEFT && pod == Belief.ABSENT) {
      awaitGone("PersistentVolumeClaim", enough);
    } else if (pod == Belief.LEFT) {
      awaitGone("Pod", enough);
    } else if (pod == Belief.ABSENT && claim == Belief.THERE) {
      if (files.isEmpty() || random.nextInt(3) > 0) {
        createPod();
      } else {
        deleteClaim();
      }
    } else if (pod == Belief.THERE) {
      use();
    } else {
      LockSupport.parkNanos(POLL); // unsure of something: the look after the restart will tell
    }
  }

  private void createClaim() {
    files.clear();
    asked = fsType.equals("xfs") ? 300 : 16;
    promised = asked;
    claim = Belief.ASKED;
    daemon.apply(Objects.claim(name, fsType, asked));
    claim = Belief.THERE;
  }

  private void createPod() {
    pod = Belief.ASKED;
    daemon.apply(Objects.pod(name));
    pod = Belief.THERE;
  }

  private void deleteClaim() {
    claim = Belief.LEAVING;
    daemon.delete("PersistentVolumeClaim", name);
    claim = Belief.LEFT;
  }

  private void deletePod() {
    pod = Belief.LEAVING;
    daemon.delete("Pod", name);
    pod = Belief.LEFT;
  }

  private void use() {
    Optional<JsonNode> mounted = daemon.find("Pod", name).filter(Objects::isMounted);
    if (mounted.isEmpty()) {
      LockSupport.parkNanos(POLL);
      return;
    }
    write(mounted.get());
    switch (random.nextInt(6)) {
      case 0, 1 -> grow();
      case 2 -> {
        if (claim == Belief.THERE && random.nextBoolean()) {
          deleteClaim(); // in use: it must wait for the pod
        }
        deletePod();
      }
      case 3 -> deletePod();
      default -> {
        // writes again
      }
    }
  }

  private void grow() {
    // A mounted ext4 needs CAP_SYS_RESOURCE to grow, which not every machine gives.
    if (fsType.equals("xfs") && claim == Belief.THERE && promised < 340) {
      asked = promised + 4;
      daemon.apply(Objects.claim(name, fsType, asked));
      promised = asked;
    }
  }

  private void awaitGone(String kind, BooleanSupplier enough) {
    while (!enough.getAsBoolean()) {
      if (daemon.find(kind, name).isEmpty()) {
        if (kind.equals("Pod")) {
          pod = Belief.ABSENT;
        } else {
          claim = Belief.ABSENT;
          files.clear();
        }
        return;
      }
      LockSupport.parkNanos(POLL);
    }
  }

  private void write(JsonNode mountedPod) {
    Optional<Path> mount =
        daemon.find("PersistentVolumeClaim", name).map(c -> Kernel.mount(daemon, mountedPod, c));
    if (mount.isEmpty() || written - files.size() > 1000) {
      return;
    }
    String file = "f" + written++;
    byte fill = (byte) random.nextInt(256);
    try (FileChannel out =
        FileChannel.open(
            mount.get().resolve(file), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer data = ByteBuffer.wrap(filled(fill));
      while (data.hasRemaining()) {
        out.write(data);
      }
      out.force(true);
      files.put(file, fill);
      if (files.size() > 20) { // keeps the volume from filling up
        String oldest = files.keySet().iterator().next();
        files.remove(oldest);
        Files.delete(mount.get().resolve(oldest));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " writes " + file, e);
    }
  }

  /** Files that were forced to disk and are not what they were. */
  Optional<String> lost(Path mount) {
    verified += files.size();
    return files.entrySet().stream()
        .filter(file -> !holds(mount.resolve(file.getKey()), file.getValue()))
        .map(file -> name + ": " + mount.resolve(file.getKey()) + " is not what was written")
        .findFirst();
  }

  /** Takes over what a look found, once it agrees with what was believed. */
  void look(boolean claimFound, boolean claimDying, long request, boolean podFound) {
    claim = claim.afterLook(claimFound, claimDying);
    pod = pod.afterLook(podFound, false);
    promised = request;
    asked = request;
    if (!claimFound) {
      files.clear();
    }
  }

  /** Deletes what there is; the daemon is up. */
  void end() {
    if (pod != Belief.ABSENT) {
      deletePod();
    }
    if (claim != Belief.ABSENT) {
      deleteClaim();
    }
  }

  private static boolean holds(Path file, byte fill) {
    try {
      return Files.exists(file) && Arrays.equals(Files.readAllBytes(file), filled(fill));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] filled(byte fill) {
    byte[] data = new byte[FILE];
    Arrays.fill(data, fill);
    return data;
  }
}
