package dev.berth.storage.linux.recorded;

import dev.berth.storage.Bytes;
import dev.berth.storage.linux.DeviceNumber;
import dev.berth.storage.linux.FilesystemCondition;
import dev.berth.storage.linux.FilesystemGrowth;
import dev.berth.storage.linux.Freezes;
import dev.berth.storage.linux.Linux;
import dev.berth.storage.linux.LoopDevice;
import dev.berth.storage.linux.LoopDevices;
import dev.berth.storage.linux.MountEntry;
import dev.berth.storage.linux.MountFlag;
import dev.berth.storage.linux.MountTable;
import dev.berth.storage.linux.Mounts;
import dev.berth.storage.linux.Programs;
import dev.berth.storage.linux.ProjectId;
import dev.berth.storage.linux.ProjectQuotas;
import dev.berth.storage.linux.Propagation;
import dev.berth.storage.linux.QueueSettings;
import dev.berth.storage.linux.QuotaLimits;
import dev.berth.storage.linux.QuotaUsage;
import dev.berth.storage.linux.UnmountFlag;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Any Linux, with faults before its calls: the real one or the one in memory. */
public final class FaultyLinux {
  private FaultyLinux() {}

  public static Linux wrap(Linux linux, Faults faults) {
    return new Linux(
        new FaultyMounts(linux.mounts(), faults),
        new FaultyLoops(linux.loops(), faults),
        new FaultyFiles(linux.files(), faults),
        new FaultyGrowth(linux.growth(), faults),
        new FaultyPrograms(linux.programs(), faults),
        new FaultyQuotas(linux.quotas(), faults),
        new FaultyFreezes(linux.freezes(), faults),
        new FaultySubvolumes(linux.subvolumes(), faults));
  }

  private record FaultyMounts(Mounts real, Faults faults) implements Mounts {
    @Override
    public void mount(
        String source, Path target, String fsType, Set<MountFlag> flags, String data) {
      faults.before("mount", source + " on " + target + " type " + fsType);
      real.mount(source, target, fsType, flags, data);
    }

    @Override
    public void bind(Path source, Path target, Set<MountFlag> flags) {
      faults.before("bind", source + " on " + target);
      real.bind(source, target, flags);
    }

    @Override
    public void propagation(Path target, Propagation propagation) {
      faults.before("propagation", propagation + " " + target);
      real.propagation(target, propagation);
    }

    @Override
    public void unmount(Path target, Set<UnmountFlag> flags) {
      faults.before("unmount", target.toString());
      real.unmount(target, flags);
    }

    @Override
    public MountTable table() {
      return real.table();
    }

    @Override
    public Optional<Mounted> mountedAt(Path place) {
      return real.mountedAt(place);
    }

    @Override
    public List<Path> mountPointsOf(DeviceNumber filesystem) {
      return real.mountPointsOf(filesystem);
    }

    @Override
    public List<Path> mountPointsOfName(String name) {
      return real.mountPointsOfName(name);
    }

    @Override
    public Watch watch(Runnable onChange) {
      return real.watch(onChange);
    }
  }

  private record FaultyLoops(LoopDevices real, Faults faults) implements LoopDevices {
    @Override
    public LoopDevice attach(AttachRequest request) {
      faults.before("attach", request.image().toString());
      return real.attach(request);
    }

    @Override
    public LoopDevice attachUnopened(AttachRequest request) {
      faults.before("attachUnopened", request.image().toString());
      return real.attachUnopened(request);
    }

    @Override
    public boolean mayBeAttached(Path image) {
      return real.mayBeAttached(image);
    }

    @Override
    public Optional<LoopDevice> at(int number) {
      return real.at(number);
    }

    @Override
    public List<LoopDevice> list() {
      return real.list();
    }

    @Override
    public void detach(LoopDevice device) {
      faults.before("detach", device.path().toString());
      real.detach(device);
    }

    @Override
    public void keep(LoopDevice device) {
      faults.before("keep", device.path().toString());
      real.keep(device);
    }

    @Override
    public void forbidDiscard(LoopDevice device) {
      faults.before("forbidDiscard", device.path().toString());
      real.forbidDiscard(device);
    }

    @Override
    public QueueSettings tune(LoopDevice device, QueueSettings wanted) {
      faults.before("tune", device.path().toString());
      return real.tune(device, wanted);
    }

    @Override
    public FilesystemCondition condition(LoopDevice device, MountEntry mount) {
      faults.before("condition", device.path().toString());
      return real.condition(device, mount);
    }

    @Override
    public LoopDevice setCapacity(LoopDevice device) {
      faults.before("setCapacity", device.path().toString());
      return real.setCapacity(device);
    }
  }

  private record FaultyGrowth(FilesystemGrowth real, Faults faults) implements FilesystemGrowth {
    @Override
    public void growXfs(Path mountPoint, Bytes to) {
      faults.before("growXfs", mountPoint + " to " + to);
      real.growXfs(mountPoint, to);
    }

    @Override
    public void growExt4(Path mountPoint, Bytes to) {
      faults.before("growExt4", mountPoint + " to " + to);
      real.growExt4(mountPoint, to);
    }
  }

  private record FaultyPrograms(Programs real, Faults faults) implements Programs {
    @Override
    public Output run(List<String> command, Duration deadline) {
      faults.before("run", String.join(" ", command));
      return real.run(command, deadline);
    }
  }

  private record FaultyQuotas(ProjectQuotas real, Faults faults) implements ProjectQuotas {
    @Override
    public Enforcement enforcement(Path any) {
      return real.enforcement(any);
    }

    @Override
    public void assign(Path directory, ProjectId project) {
      faults.before("assign", directory + " to project " + project);
      real.assign(directory, project);
    }

    @Override
    public ProjectId projectOf(Path any) {
      faults.before("projectOf", any.toString());
      return real.projectOf(any);
    }

    @Override
    public void limit(Path any, ProjectId project, QuotaLimits limits) {
      faults.before("limit", any + " project " + project);
      real.limit(any, project, limits);
    }

    @Override
    public QuotaUsage usage(Path any, ProjectId project) {
      faults.before("usage", any + " project " + project);
      return real.usage(any, project);
    }
  }

  private record FaultyFreezes(Freezes real, Faults faults) implements Freezes {
    @Override
    public void freeze(Path place, DeviceNumber filesystem) {
      faults.before("freeze", place.toString());
      real.freeze(place, filesystem);
    }

    @Override
    public boolean thaw(Path place, DeviceNumber filesystem) {
      faults.before("thaw", place.toString());
      return real.thaw(place, filesystem);
    }

    @Override
    public OptionalLong completedWrites(DeviceNumber device) {
      return real.completedWrites(device);
    }
  }
}
