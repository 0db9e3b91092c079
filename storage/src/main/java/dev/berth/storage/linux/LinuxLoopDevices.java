package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import jnr.constants.platform.Errno;

/** The kernel's loop devices, by the ioctls of loop(4) and include/uapi/linux/loop.h. */
final class LinuxLoopDevices implements LoopDevices {
  private static final long LOOP_CLR_FD = 0x4C01;
  private static final long LOOP_SET_STATUS64 = 0x4C04;
  private static final long LOOP_GET_STATUS64 = 0x4C05;
  private static final long LOOP_SET_CAPACITY = 0x4C07;
  private static final long LOOP_CONFIGURE = 0x4C0A;

  /** include/uapi/linux/fs.h. */
  private static final long BLKSSZGET = 0x1268;

  private static final long BLKGETSIZE64 = Abi.ior((char) 0x12, 114, Long.BYTES);

  /** How often another process may take the free number before us until we give up. */
  private static final int TRIES = 200;

  /** How long others (udev, blkid) may keep a device open that was told to go. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Duration STEP = Duration.ofMillis(1);

  private final Kernel kernel;
  private final SysBlock sys = new SysBlock();
  private final LoopNodes nodes;
  private final LoopQueue queue;
  private final FilesystemSigns filesystem;
  private final LoopStatus status = new LoopStatus(sys);
  private final OpenFileLocks locks;

  LinuxLoopDevices(Kernel kernel, OpenFileLocks locks) {
    this.kernel = kernel;
    this.nodes = new LoopNodes(kernel, sys);
    this.queue = new LoopQueue(kernel, sys);
    this.filesystem = new FilesystemSigns(kernel);
    this.locks = locks;
  }

  /**
   * The descriptor that holds the lock is the one that the loop device keeps: a lock on an open
   * file description lives until the last reference to it is gone, and the loop device has one.
   */
  @Override
  public LoopDevice attach(AttachRequest request) {
    try (Descriptor image = openLocked(request)) {
      return configure(image, request);
    }
  }

  @Override
  public LoopDevice attachUnopened(AttachRequest request) {
    try (Descriptor image = openLocked(request);
        Lease _ = Lease.take(kernel, image)) {
      return configure(image, request);
    }
  }

  private Descriptor openLocked(AttachRequest request) {
    boolean readOnly = request.readOnly();
    int flags = (readOnly ? Abi.O_RDONLY : Abi.O_RDWR) | Abi.O_NOFOLLOW | Abi.O_NONBLOCK;
    Descriptor image = kernel.open(request.image(), flags);
    try {
      if (request.lock()) {
        locks.take(image, readOnly ? OpenFileLocks.READ : OpenFileLocks.WRITE);
      }
      return image;
    } catch (SystemCallFailed refused) {
      image.close();
      throw refused;
    }
  }

  private LoopDevice configure(Descriptor image, AttachRequest request) {
    byte[] config = LoopInfo.config(image.fd(), request);
    for (int left = TRIES; left > 0; left--) {
      int number = nodes.free();
      if (queue.isLeftTuned(number)) {
        nodes.remove(number); // Whoever detached it was killed before it could do so.
        number = nodes.free();
      }
      Optional<LoopDevice> attached = configure(number, config, request);
      if (attached.isPresent()) {
        return attached.get();
      }
    }
    throw Kernel.failure("ioctl LOOP_CONFIGURE", request.image().toString(), Errno.EBUSY);
  }

  /** Empty when another process took that number since it was free. */
  private Optional<LoopDevice> configure(int number, byte[] config, AttachRequest request) {
    try (Descriptor node = nodes.open(number, request.readOnly() ? Abi.O_RDONLY : Abi.O_RDWR)) {
      node.ioctl("LOOP_CONFIGURE", LOOP_CONFIGURE, config);
      LoopInfo info = status.first(node, number, request.image());
      return Optional.of(describe(node, number, info));
    } catch (SystemCallFailed refused) {
      if (refused.is("EBUSY")) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  @Override
  public boolean mayBeAttached(Path image) {
    int flags = Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK;
    try (Descriptor file = kernel.open(image, flags)) {
      return !Lease.isSoleOpener(kernel, file);
    } catch (SystemCallFailed refused) {
      return true;
    }
  }

  @Override
  public Optional<LoopDevice> at(int number) {
    return sys.isAttached(number) ? at(number, _ -> true) : Optional.empty();
  }

  @Override
  public List<LoopDevice> list() {
    return list(_ -> true);
  }

  /** Asks for the rest about those of the file only: a machine may have hundreds of others. */
  @Override
  public List<LoopDevice> findAll(FileIdentity backing) {
    return list(info -> info.backing().equals(backing));
  }

  private List<LoopDevice> list(Predicate<LoopInfo> wanted) {
    return sys.attachedLoops().stream().flatMap(n -> atIfItTells(n, wanted).stream()).toList();
  }

  /** One whose disk fails cannot say whose it is, and must not keep us from all others. */
  private Optional<LoopDevice> atIfItTells(int number, Predicate<LoopInfo> wanted) {
    try {
      return at(number, wanted);
    } catch (SystemCallFailed refused) {
      if (refused.is("EIO")) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  private Optional<LoopDevice> at(int number, Predicate<LoopInfo> wanted) {
    try (Descriptor node = nodes.open(number, Abi.O_RDONLY)) {
      LoopInfo info = status.of(node, number);
      return wanted.test(info) ? Optional.of(describe(node, number, info)) : Optional.empty();
    } catch (SystemCallFailed refused) {
      if (isGone(refused)) {
        return Optional.empty();
      }
      throw refused;
    }
  }

  /**
   * A device is opened with O_EXCL, which fails on one that is mounted, in whatever namespace: else
   * the kernel would put off its end to the unmount, and nobody would know.
   */
  @Override
  public void detach(LoopDevice device) {
    boolean tuned = queue.isLeftTuned(device.number());
    try (Descriptor node = nodes.open(device.number(), Abi.O_RDONLY | Abi.O_EXCL)) {
      if (!status.of(node, device.number()).backing().equals(device.backing())) {
        return;
      }
      node.ioctl("LOOP_CLR_FD", LOOP_CLR_FD, 0);
    } catch (SystemCallFailed refused) {
      if (isGone(refused)) {
        return;
      }
      throw refused;
    }
    awaitGone(device);
    if (tuned) {
      nodes.remove(device.number()); // Its next user has not asked for our settings.
    }
  }

  /** The end of a device comes with its last user; nothing but a look tells when that is. */
  private void awaitGone(LoopDevice device) {
    for (long left = PATIENCE.dividedBy(STEP); left > 0; left--) {
      if (!isStillAttached(device)) {
        return;
      }
      LockSupport.parkNanos(STEP.toNanos());
    }
    keep(device);
    if (!isStillAttached(device)) {
      return;
    }
    throw Kernel.failure("ioctl LOOP_CLR_FD", device.path() + " (still open)", Errno.EBUSY);
  }

  /** LOOP_CLR_FD on an open device only sets LO_FLAGS_AUTOCLEAR, which can be taken back. */
  @Override
  public void keep(LoopDevice device) {
    try (Descriptor node = nodes.open(device.number(), Abi.O_RDONLY)) {
      byte[] info = LoopInfo.room();
      node.ioctl("LOOP_GET_STATUS64", LOOP_GET_STATUS64, info);
      LoopInfo now = LoopInfo.decode(info);
      if (now.has(LoopInfo.AUTOCLEAR) && now.backing().equals(device.backing())) {
        LoopInfo.clear(info, LoopInfo.AUTOCLEAR);
        node.ioctl("LOOP_SET_STATUS64", LOOP_SET_STATUS64, info);
      }
    } catch (SystemCallFailed refused) {
      if (!isGone(refused)) {
        throw refused;
      }
    }
  }

  private boolean isStillAttached(LoopDevice device) {
    if (!sys.isAttached(device.number())) {
      return false;
    }
    try (Descriptor node = nodes.open(device.number(), Abi.O_RDONLY)) {
      return status.of(node, device.number()).backing().equals(device.backing());
    } catch (SystemCallFailed refused) {
      if (isGone(refused)) {
        return false;
      }
      throw refused;
    }
  }

  @Override
  public void forbidDiscard(LoopDevice device) {
    if (!sys.isDiscardForbidden(device.number())) {
      sys.forbidDiscard(device.number());
    }
  }

  @Override
  public QueueSettings tune(LoopDevice device, QueueSettings wanted) {
    return queue.tune(device.number(), wanted);
  }

  @Override
  public FilesystemCondition condition(LoopDevice device, MountEntry mount) {
    return filesystem.condition(device, mount);
  }

  @Override
  public LoopDevice setCapacity(LoopDevice device) {
    try (Descriptor node = nodes.open(device.number(), Abi.O_RDONLY)) {
      LoopInfo info = status.of(node, device.number());
      if (!info.backing().equals(device.backing())) {
        throw Kernel.failure("ioctl LOOP_SET_CAPACITY", device.path().toString(), Errno.ENXIO);
      }
      node.ioctl("LOOP_SET_CAPACITY", LOOP_SET_CAPACITY, 0);
      return describe(node, device.number(), info);
    }
  }

  private static LoopDevice describe(Descriptor node, int number, LoopInfo info) {
    byte[] blockSize = new byte[Integer.BYTES];
    node.ioctl("BLKSSZGET", BLKSSZGET, blockSize);
    byte[] size = new byte[Long.BYTES];
    node.ioctl("BLKGETSIZE64", BLKGETSIZE64, size);
    return new LoopDevice(
        number,
        node.stat().node().orElseThrow(() -> notABlockDevice(node)),
        info.backing(),
        info.name(),
        Bytes.of(Abi.struct(blockSize).getInt(0)),
        Bytes.of(Abi.struct(size).getLong(0)),
        info.has(LoopInfo.READ_ONLY),
        info.has(LoopInfo.DIRECT_IO));
  }

  private static SystemCallFailed notABlockDevice(Descriptor node) {
    return Kernel.failure("open", node.path().toString(), Errno.ENOTBLK);
  }

  /** ENXIO: nothing is attached; ENOENT and ENODEV: the number itself was removed. */
  private static boolean isGone(SystemCallFailed refused) {
    return refused.is("ENXIO") || refused.is("ENOENT") || refused.is("ENODEV");
  }
}
