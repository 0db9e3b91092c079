package dev.berth.e2e.powerloss;

import dev.berth.e2e.powerloss.Step.Action;
import dev.berth.storage.Allocation;
import dev.berth.storage.Bytes;
import dev.berth.storage.Content;
import dev.berth.storage.CreateRequest;
import dev.berth.storage.FsType;
import dev.berth.storage.Pools;
import dev.berth.storage.SizeRange;
import dev.berth.storage.Volume;
import dev.berth.storage.image.Images;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Makes, fills, grows and deletes volumes, and notes every answer as soon as it has it. */
final class User {
  private static final int KIB = 1024;

  private final String name;
  private final Linux linux;
  private final Images images;
  private final Path mountPoint;
  private final Random random;
  private final Consumer<Step> notes;
  private final Deque<Volume> live = new ArrayDeque<>();
  private int made;
  private int undeletable;

  User(String name, Linux linux, Path mountPoint, Random random, Consumer<Step> notes) {
    this.name = name;
    this.linux = linux;
    this.images = new Images(linux);
    this.mountPoint = mountPoint;
    this.random = random;
    this.notes = notes;
  }

  /** The same request for the same volume, whoever asks. */
  static CreateRequest request(Action.Created c) {
    return new CreateRequest(
        c.volume(),
        SizeRange.of(c.size()),
        new Content.Filesystem(c.type()),
        c.volume().endsWith("k") ? Allocation.THICK : Allocation.THIN,
        Optional.empty(),
        c.undelete(),
        Map.of(),
        Optional.empty());
  }

  /** The life of one volume, and the end of an older one. */
  void round(Pools pools) {
    Volume volume = create(pools);
    use(pools, volume);
    live.add(volume);
    if (live.size() > 1 || random.nextBoolean()) {
      Volume oldest = live.remove();
      pools.delete(oldest.id());
      note(new Action.Deleted(oldest.id().name()));
    }
  }

  private Volume create(Pools pools) {
    boolean xfs = random.nextInt(8) == 0;
    boolean thick = !xfs && random.nextInt(4) == 0;
    boolean kept = undeletable == 0 && random.nextInt(4) == 0;
    undeletable += kept ? 1 : 0;
    String volume = name + "-" + made++ + (thick ? "-thick" : "");
    Bytes size = Bytes.ofMiB(xfs ? 300 : 8 + 4L * random.nextInt(2));
    Action.Created created =
        new Action.Created(
            volume, xfs ? FsType.XFS : FsType.EXT4, size, kept ? Stand.UNDELETE : Duration.ZERO);
    Volume answer = pools.create(request(created));
    note(created);
    return answer;
  }

  private void use(Pools pools, Volume volume) {
    LoopDevice device = images.attach(volume).device();
    String type = volume.content() instanceof Content.Filesystem(FsType t) ? t.kernelName() : "";
    linux.mounts().mount(device.path().toString(), mountPoint, type, Set.of(), "");
    try {
      int files = 1 + random.nextInt(2);
      for (int i = 0; i < files; i++) {
        write(volume, "a" + i);
      }
      if (random.nextInt(2) == 0) {
        grow(pools, volume);
        write(volume, "b");
      }
    } finally {
      linux.mounts().unmount(mountPoint, Set.of());
      images.detach(volume);
    }
  }

  private void grow(Pools pools, Volume volume) {
    Volume grown = pools.expand(volume.id(), SizeRange.of(volume.size().plus(Bytes.ofMiB(4))));
    note(new Action.Expanded(volume.id().name(), grown.size()));
    images.refreshCapacity(grown);
    Bytes _ = images.growFilesystem(grown, mountPoint);
  }

  private void write(Volume volume, String file) {
    byte fill = (byte) random.nextInt(1, 128);
    byte[] data = new byte[KIB * (1 + random.nextInt(64))];
    Arrays.fill(data, fill);
    try (FileChannel out =
        FileChannel.open(
            mountPoint.resolve(file), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer buffer = ByteBuffer.wrap(data);
      while (buffer.hasRemaining()) {
        out.write(buffer);
      }
      out.force(true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    linux.files().syncDirectory(mountPoint);
    note(new Action.Written(volume.id().name(), file, fill));
  }

  /** The byte that all of a file is filled with; empty when it is empty or holds anything else. */
  static Optional<Byte> fillOf(Path file) throws IOException {
    byte[] data = Files.readAllBytes(file);
    for (byte one : data) {
      if (one != data[0]) {
        return Optional.empty();
      }
    }
    return data.length == 0 ? Optional.empty() : Optional.of(data[0]);
  }

  private void note(Action action) {
    notes.accept(new Step(name, action));
  }
}
