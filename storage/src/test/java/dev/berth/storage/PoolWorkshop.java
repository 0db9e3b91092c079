package dev.berth.storage;

import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.recorded.RecordedLinux;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** A temporary directory with one pool in it, over recorded mounts, loop devices and programs. */
final class PoolWorkshop {
  static final PoolName MAIN = new PoolName("main");
  static final Bytes SIZE = Bytes.ofMiB(64);
  private static final Linux REAL = Linux.real();

  final RecordedLinux recorded = RecordedLinux.create();
  final HandCrankedScheduler time = new HandCrankedScheduler();
  final Path directory;
  final Path state;

  /** Copies are whole when they were begun, unless a test says otherwise. */
  Executor copies = Runnable::run;

  Linux linux = recorded.with(REAL.files());

  PoolWorkshop(Path temporary) {
    try {
      directory = Files.createDirectories(temporary.toRealPath().resolve("pool"));
      state = temporary.toRealPath().resolve("state");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  PoolSettings settings() {
    return PoolSettings.of(MAIN, directory, true).withSize(SIZE);
  }

  PoolsContext context() {
    return new PoolsContext(state, time, time, Duration.ofMillis(60), Duration.ofMinutes(1))
        .copying(copies, Duration.ZERO);
  }

  Pools open() {
    return open(settings());
  }

  Pools open(PoolSettings... settings) {
    return Pools.open(List.of(settings), linux, context());
  }

  /** A raw thin volume of one mebibyte. */
  static CreateRequest request(String name) {
    return request(name, Bytes.ofMiB(1));
  }

  static CreateRequest request(String name, Bytes size) {
    return new CreateRequest(
        name,
        SizeRange.of(size),
        new Content.Block(Bytes.of(4096)),
        Allocation.THIN,
        Optional.empty(),
        Duration.ZERO,
        Map.of(),
        Optional.empty());
  }

  static CreateRequest keptFor(CreateRequest q, Duration undelete) {
    return new CreateRequest(
        q.name(),
        q.size(),
        q.content(),
        q.allocation(),
        q.pool(),
        undelete,
        q.parameters(),
        q.claim());
  }

  static CreateRequest thick(CreateRequest q) {
    return new CreateRequest(
        q.name(),
        q.size(),
        q.content(),
        Allocation.THICK,
        q.pool(),
        q.undelete(),
        q.parameters(),
        q.claim());
  }

  static CreateRequest holding(CreateRequest q, Content content) {
    return new CreateRequest(
        q.name(),
        q.size(),
        content,
        q.allocation(),
        q.pool(),
        q.undelete(),
        q.parameters(),
        q.claim());
  }

  Path volumeFile(Volume volume) {
    return volume.image().resolveSibling(VolumeFile.NAME);
  }

  PoolHealth.Ready ready(Pools pools) {
    return switch (pools.statuses().getFirst().health()) {
      case PoolHealth.Ready ready -> ready;
      case PoolHealth.Missing(String why) -> throw new AssertionError(why);
    };
  }

  /** What lies in a folder of the pool, sorted. */
  List<String> names(String folder) {
    try (Stream<Path> all = Files.list(directory.resolve(folder))) {
      return all.map(Disk::name).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The drafts of all instances, their lock files left out. */
  List<String> drafts() {
    try (Stream<Path> all = Files.walk(directory.resolve("drafts"), 2)) {
      return all.filter(p -> directory.resolve("drafts").relativize(p).getNameCount() == 2)
          .map(Disk::name)
          .filter(n -> !n.equals("lock"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
