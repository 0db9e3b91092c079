package dev.berth.storage.linux;

import dev.berth.storage.Bytes;
import dev.berth.storage.VolumeException.SystemCallFailed;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The kernel's project quotas. */
final class LinuxProjectQuotas implements ProjectQuotas {
  /** {@code struct fsxattr} of include/uapi/linux/fs.h. */
  private static final int FSXATTR_SIZE = 28;

  private static final int XFLAGS = 0;
  private static final int PROJECT = 12;
  private static final int FS_XFLAG_PROJINHERIT = 0x200;
  private static final long FS_IOC_FSGETXATTR = Abi.ior('X', 31, FSXATTR_SIZE);
  private static final long FS_IOC_FSSETXATTR = Abi.iow('X', 32, FSXATTR_SIZE);

  /** Commands of include/uapi/linux/quota.h and dqblk_xfs.h. */
  private static final int Q_GETQUOTA = 0x800007;

  private static final int Q_SETQUOTA = 0x800008;
  private static final int Q_XGETQSTAT = 'X' << 8 | 5;

  private final Kernel kernel;
  private final QuotaControl control;

  LinuxProjectQuotas(Kernel kernel, QuotaControl control) {
    this.kernel = kernel;
    this.control = control;
  }

  /** ENOSYS is what a filesystem without quotas answers, or one whose quotas are all off. */
  @Override
  public Enforcement enforcement(Path any) {
    byte[] state = new byte[QuotaStructures.STATE_SIZE];
    try {
      control.call("Q_XGETQSTAT", Q_XGETQSTAT, any, ProjectId.NONE, state);
    } catch (SystemCallFailed e) {
      return switch (e.errno()) {
        case "ENOSYS", "ENOTBLK", "ENODEV", "EINVAL" -> Enforcement.NONE;
        default -> throw e;
      };
    }
    return QuotaStructures.enforcement(state);
  }

  @Override
  public void assign(Path directory, ProjectId project) {
    try (Descriptor d = kernel.open(directory, Abi.O_RDONLY | Abi.O_DIRECTORY | Abi.O_NOFOLLOW)) {
      byte[] attributes = attributes(d);
      ByteBuffer s = Abi.struct(attributes);
      int flags = s.getInt(XFLAGS) & ~FS_XFLAG_PROJINHERIT;
      boolean inherited = !project.equals(ProjectId.NONE);
      s.putInt(XFLAGS, inherited ? flags | FS_XFLAG_PROJINHERIT : flags);
      s.putInt(PROJECT, project.bits());
      d.ioctl("FS_IOC_FSSETXATTR", FS_IOC_FSSETXATTR, attributes);
    }
  }

  @Override
  public ProjectId projectOf(Path any) {
    try (Descriptor d = kernel.open(any, Abi.O_RDONLY | Abi.O_NOFOLLOW | Abi.O_NONBLOCK)) {
      return ProjectId.ofBits(Abi.struct(attributes(d)).getInt(PROJECT));
    }
  }

  @Override
  public void limit(Path any, ProjectId project, QuotaLimits limits) {
    control.call("Q_SETQUOTA", Q_SETQUOTA, any, project, QuotaStructures.encode(limits));
  }

  /** xfs answers ENOENT for a project that it has never counted anything for. */
  @Override
  public QuotaUsage usage(Path any, ProjectId project) {
    byte[] quota = new byte[QuotaStructures.QUOTA_SIZE];
    try {
      control.call("Q_GETQUOTA", Q_GETQUOTA, any, project, quota);
    } catch (SystemCallFailed e) {
      if (e.is("ENOENT") && enforcement(any) != Enforcement.NONE) {
        return new QuotaUsage(Bytes.ZERO, 0, QuotaLimits.NONE);
      }
      throw e;
    }
    return QuotaStructures.decode(quota);
  }

  private static byte[] attributes(Descriptor file) {
    byte[] attributes = new byte[FSXATTR_SIZE];
    file.ioctl("FS_IOC_FSGETXATTR", FS_IOC_FSGETXATTR, attributes);
    return attributes;
  }
}
