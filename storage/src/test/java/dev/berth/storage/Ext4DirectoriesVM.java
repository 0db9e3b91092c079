package dev.berth.storage;

import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.util.List;

/** Directory volumes of an ext4 pool, limited as projects. */
class Ext4DirectoriesVM extends LimitedProjects {
  @Override
  Kind kind() {
    return Kind.EXT4;
  }

  @Override
  List<String> mkfsOptions() {
    return List.of("-O", "quota,project", "-E", "quotatype=prjquota");
  }
}
