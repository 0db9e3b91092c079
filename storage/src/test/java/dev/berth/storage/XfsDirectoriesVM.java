package dev.berth.storage;

import dev.berth.storage.linux.LoopFilesystem.Kind;
import java.util.List;

/** Directory volumes of an xfs pool, limited as projects. */
class XfsDirectoriesVM extends LimitedProjects {
  @Override
  Kind kind() {
    return Kind.XFS;
  }

  @Override
  List<String> mkfsOptions() {
    return List.of();
  }
}
