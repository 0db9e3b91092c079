package dev.berth.storage;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which groups of a pool there are, and which of them come or go just now. */
final class GroupNames {
  private final Set<String> there = ConcurrentHashMap.newKeySet();
  private final Set<String> changing = ConcurrentHashMap.newKeySet();

  void add(String name) {
    there.add(name);
  }

  void remove(String name) {
    there.remove(name);
    changing.remove(name);
  }

  void beginChange(String name) {
    changing.add(name);
    there.add(name);
  }

  void endChange(String name) {
    changing.remove(name);
  }

  /** Whether its members are to be seen. */
  boolean isSettled(Snapshot snapshot) {
    return snapshot.group().filter(g -> changing.contains(g.name())).isEmpty();
  }

  /** A snapshot whose group's record is lost goes alone. */
  Snapshot asMember(Snapshot snapshot) {
    return snapshot.group().filter(g -> !there.contains(g.name())).isPresent()
        ? snapshot.alone()
        : snapshot;
  }
}
