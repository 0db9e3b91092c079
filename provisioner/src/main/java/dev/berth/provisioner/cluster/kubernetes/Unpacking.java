package dev.berth.provisioner.cluster.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.AbstractList;
import java.util.List;
import java.util.RandomAccess;

/**
 * A list whose objects are made one by one, as they are asked for: ten thousand at once would need
 * more memory than all else.
 */
final class Unpacking<T extends HasMetadata> extends AbstractList<T> implements RandomAccess {
  private final List<Packed<T>> packed;

  Unpacking(List<Packed<T>> packed) {
    this.packed = packed;
  }

  @Override
  public T get(int index) {
    return packed.get(index).object();
  }

  @Override
  public int size() {
    return packed.size();
  }
}
