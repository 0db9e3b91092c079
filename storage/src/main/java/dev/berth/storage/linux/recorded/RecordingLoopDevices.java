package dev.berth.storage.linux.recorded;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.berth.storage.Bytes;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.FileIdentity;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices;
import dev.berth.storage.linux.QueueSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import jnr.constants.platform.Errno;

/** Loop devices in memory; the images are real files. */
public final class RecordingLoopDevices implements LoopDevices {
  private static final Set<String> SCHEDULERS = Set.of("none", "mq-deadline", "kyber", "bfq");
  private static final int LOOP_MAJOR = 7;
  private static final Bytes SECTOR = Bytes.of(512);

  /** A device and what it was made from, by number. */
  private record Attached(LoopDevice device, AttachRequest request) {}

  @GuardedBy("this")
  private final Map<Integer, Attached> attached = new TreeMap<>();

  @GuardedBy("this")
  private final Map<Integer, QueueSettings> queues = new TreeMap<>();

  @GuardedBy("this")
  private final List<String> changes = new ArrayList<>();

  @GuardedBy("this")
  private final Set<Integer> inUse = new HashSet<>();

  /** What was done, in order: {@code attach IMAGE to /dev/loopN}, {@code detach /dev/loopN}, … */
  public synchronized List<String> changes() {
    return List.copyOf(changes);
  }

  /** From now on detaching {@code device} answers EBUSY, as when it is mounted. */
  public synchronized void hold(LoopDevice device) {
    inUse.add(device.number());
  }

  /** Ends {@link #hold}. */
  public synchronized void release(LoopDevice device) {
    inUse.remove(device.number());
  }

  @Override
  public synchronized LoopDevice attach(AttachRequest request) {
    String image = request.image().toString();
    Refusal.requireExisting(request.image(), "open", image);
    FileIdentity backing = identity(request.image());
    boolean taken =
        attached.values().stream()
            .filter(a -> a.device().backing().equals(backing) && a.request().lock())
            .anyMatch(a -> !(a.request().readOnly() && request.readOnly()));
    if (request.lock() && taken) {
      throw Refusal.of("fcntl", "F_OFD_SETLK " + image, Errno.EAGAIN);
    }
    int number = 0;
    while (attached.containsKey(number)) {
      number++;
    }
    LoopDevice device = device(number, backing, request);
    attached.put(number, new Attached(device, request));
    changes.add("attach " + image + " to " + device.path());
    return device;
  }

  /** Nobody but a loop device opens files here. */
  @Override
  public synchronized LoopDevice attachUnopened(AttachRequest request) {
    String image = request.image().toString();
    Refusal.requireExisting(request.image(), "open", image);
    FileIdentity backing = identity(request.image());
    if (attached.values().stream().anyMatch(a -> a.device().backing().equals(backing))) {
      throw Refusal.of("fcntl", "F_SETLEASE " + image, Errno.EAGAIN);
    }
    return attach(request);
  }

  private static LoopDevice device(int number, FileIdentity backing, AttachRequest request) {
    return new LoopDevice(
        number,
        new DeviceNumber(LOOP_MAJOR, number),
        backing,
        request.name(),
        request.blockSize(),
        size(request.image()),
        request.readOnly(),
        request.directIo());
  }

  @Override
  public synchronized List<LoopDevice> list() {
    return attached.values().stream().map(Attached::device).toList();
  }

  @Override
  public synchronized void detach(LoopDevice device) {
    Attached found = attached.get(device.number());
    if (found == null || !found.device().backing().equals(device.backing())) {
      return;
    }
    if (inUse.contains(device.number())) {
      throw Refusal.of("open", device.path().toString(), Errno.EBUSY);
    }
    attached.remove(device.number());
    queues.remove(device.number());
    changes.add("detach " + device.path());
  }

  /** Nothing waits here: a device in use is refused at once. */
  @Override
  public void keep(LoopDevice device) {}

  @Override
  public synchronized void forbidDiscard(LoopDevice device) {
    changes.add("no discard " + device.path());
  }

  /** The schedulers of this kernel are those that Linux itself has. */
  @Override
  public synchronized QueueSettings tune(LoopDevice device, QueueSettings wanted) {
    if (wanted.scheduler().filter(name -> !SCHEDULERS.contains(name)).isPresent()) {
      throw Refusal.of("write", device.path() + " scheduler", Errno.EINVAL);
    }
    QueueSettings now = queues.getOrDefault(device.number(), QueueSettings.NONE);
    queues.put(
        device.number(),
        new QueueSettings(
            wanted.readAhead().or(now::readAhead),
            wanted.scheduler().or(now::scheduler),
            wanted.discard().or(now::discard)));
    if (!wanted.isNone()) {
      changes.add("tune " + device.path() + " " + wanted);
    }
    return now;
  }

  @Override
  public synchronized LoopDevice setCapacity(LoopDevice device) {
    Attached found = attached.get(device.number());
    if (found == null || !found.device().backing().equals(device.backing())) {
      throw Refusal.of("ioctl LOOP_SET_CAPACITY", device.path().toString(), Errno.ENXIO);
    }
    LoopDevice grown = device(device.number(), device.backing(), found.request());
    attached.put(device.number(), new Attached(grown, found.request()));
    changes.add("capacity " + device.path() + " " + grown.size());
    return grown;
  }

  private static Bytes size(Path image) {
    try {
      return Bytes.of(Files.size(image)).roundDownTo(SECTOR);
    } catch (IOException e) {
      throw new UncheckedIOException("size of " + image, e);
    }
  }

  private static FileIdentity identity(Path image) {
    try {
      Map<String, Object> stat = Files.readAttributes(image, "unix:dev,ino");
      long device = ((Number) stat.getOrDefault("dev", 0)).longValue();
      long inode = ((Number) stat.getOrDefault("ino", 0)).longValue();
      return new FileIdentity(DeviceNumber.decode(device), inode);
    } catch (IOException e) {
      throw new UncheckedIOException("identity of " + image, e);
    }
  }
}
