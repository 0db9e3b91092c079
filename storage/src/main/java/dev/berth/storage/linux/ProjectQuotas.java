package dev.berth.storage.linux;

import java.nio.file.Path;

/**
 * Limits on what lies below a directory: project quotas of quotactl(2). A project is a number;
 * every new file inherits it from its directory, and the kernel counts per number and filesystem.
 *
 * <p>On xfs the limit holds for root too, a write beyond it is ENOSPC, and statfs(2) below a
 * directory of the project shows the limit as the size. On ext4 nobody with CAP_SYS_RESOURCE is
 * limited, and a write beyond it is EDQUOT.
 */
public interface ProjectQuotas {
  /** What a filesystem does about projects. */
  enum Enforcement {
    /** Nothing: it cannot, or was not mounted (xfs) or made (ext4) for it. */
    NONE,
    /** Usage is counted and no limit holds. */
    COUNTED,
    /** Usage is counted and limits hold: mounted with {@code prjquota}. */
    ENFORCED
  }

  /** What the filesystem of {@code any} does: Q_XGETQSTAT of quotactl(2). */
  Enforcement enforcement(Path any);

  /**
   * Puts a directory into a project, and what will be made in it: FS_IOC_FSSETXATTR of ioctl_fs(2)
   * with FS_XFLAG_PROJINHERIT. What lies in it already stays where it was. {@link ProjectId#NONE}
   * takes it out again.
   *
   * <p>Errno EOPNOTSUPP or ENOTTY where the filesystem has no projects.
   */
  void assign(Path directory, ProjectId project);

  /** The project of a file or directory: FS_IOC_FSGETXATTR. */
  ProjectId projectOf(Path any);

  /**
   * Sets both limits of a project in the filesystem of {@code any}: Q_SETQUOTA of quotactl(2). A
   * limit below the usage is taken; it refuses what comes after.
   *
   * <p>Errno ESRCH or ENOSYS where projects are not counted, EPERM without CAP_SYS_ADMIN, ERANGE
   * for more than the filesystem's quota file can say.
   */
  void limit(Path any, ProjectId project, QuotaLimits limits);

  /**
   * Usage and limits of a project in the filesystem of {@code any}: Q_GETQUOTA of quotactl(2); all
   * zeros for one that nobody has used. Errno ESRCH or ENOSYS where projects are not counted.
   */
  QuotaUsage usage(Path any, ProjectId project);
}
