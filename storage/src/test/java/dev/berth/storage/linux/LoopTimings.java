package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.LoopDevices.AttachRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Prints the median time of each step of a volume's life, as root: {@code LoopTimings [DIR]}. */
public final class LoopTimings {
  private static final int WARM_UP = 100;
  private static final int ROUNDS = 100;
  private static final Bytes SIZE = Bytes.ofMiB(512);

  private final Linux linux = Linux.real();
  private final Map<String, List<Long>> taken = new LinkedHashMap<>();

  private LoopTimings() {}

  public static void main(String[] args) throws IOException {
    Path parent = Path.of(args.length == 0 ? System.getProperty("java.io.tmpdir") : args[0]);
    Path dir = Files.createTempDirectory(parent, "loop-timings-").toRealPath();
    LoopTimings timings = new LoopTimings();
    for (int i = 0; i < WARM_UP + ROUNDS; i++) {
      if (i == WARM_UP) {
        timings.taken.clear();
      }
      timings.round(dir);
    }
    Files.delete(dir);
    timings.taken.forEach(LoopTimings::print);
  }

  private void round(Path dir) throws IOException {
    Path image = dir.resolve("image");
    Path target = Files.createDirectory(dir.resolve("mount"));
    Path other = Files.createDirectory(dir.resolve("bind"));
    AttachRequest request = new AttachRequest(image, "timing", Bytes.ofKiB(4), false, true, true);
    time("create and fsync", () -> create(image));
    time("mkfs.ext4", () -> format(image));
    List<LoopDevice> device = new ArrayList<>();
    time("attach", () -> device.add(linux.loops().attach(request)));
    String node = device.getFirst().path().toString();
    time("mount", () -> linux.mounts().mount(node, target, "ext4", Set.of(), ""));
    time("bind", () -> linux.mounts().bind(target, other, Set.of()));
    time("find", () -> linux.loops().find(device.getFirst().backing()));
    time("table", () -> linux.mounts().table());
    time("unbind", () -> linux.mounts().unmount(other, Set.of()));
    time("unmount", () -> linux.mounts().unmount(target, Set.of()));
    time("detach", () -> linux.loops().detach(device.getFirst()));
    Files.delete(image);
    Files.delete(target);
    Files.delete(other);
  }

  private void create(Path image) {
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE.value());
      file.getFD().sync();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void format(Path image) {
    List<String> command = List.of("mkfs.ext4", "-q", "-F", "-b", "4096", "--", image.toString());
    if (!linux.programs().run(command, Duration.ofMinutes(1)).succeeded()) {
      throw new IllegalStateException("mkfs.ext4 failed");
    }
  }

  private void time(String step, Runnable work) {
    long before = System.nanoTime();
    work.run();
    taken.computeIfAbsent(step, _ -> new ArrayList<>()).add(System.nanoTime() - before);
  }

  private static void print(String step, List<Long> nanos) {
    long[] sorted = nanos.stream().mapToLong(Long::longValue).sorted().toArray();
    double median = sorted[sorted.length / 2] / 1e6;
    double worst = Arrays.stream(sorted).max().orElse(0) / 1e6;
    System.out.printf("%-18s p50 %7.3f ms  max %8.3f ms%n", step, median, worst);
  }
}
