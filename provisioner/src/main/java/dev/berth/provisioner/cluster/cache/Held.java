package dev.berth.provisioner.cluster.cache;

/** One state of an object in memory, in whatever form is cheapest to keep. */
@FunctionalInterface
public interface Held<T> {
  /** The object; it may be made anew at each call. */
  T object();
}
