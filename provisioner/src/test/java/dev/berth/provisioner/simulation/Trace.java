package dev.berth.provisioner.simulation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happened: the moves, to be made again, and their words, to be read. */
final class Trace {
  private final List<Move> moves = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private final Map<String, Integer> faults = new TreeMap<>();

  void add(Move move, String line) {
    moves.add(move);
    lines.add(line);
    switch (move) {
      case Move.Go(var _, Fault fault) -> {
        if (!(fault instanceof Fault.None)) {
          faults.merge(fault.kind(), 1, Integer::sum);
        }
      }
      case Move.Kill _ -> faults.merge("crash", 1, Integer::sum);
      case Move.SetClock _ -> faults.merge("clock set", 1, Integer::sum);
      case Move.Repeat _ -> faults.merge("repeated watch event", 1, Integer::sum);
      case Move.Node(var _, var state) -> faults.merge("node " + state, 1, Integer::sum);
      case Move.Guard(boolean inForce) ->
          faults.merge(inForce ? "guard in force" : "guard gone", 1, Integer::sum);
      case Move.Hear _,
          Move.Control _,
          Move.See _,
          Move.Finish _,
          Move.Wait _,
          Move.Want _,
          Move.Mount _ -> {}
    }
  }

  List<Move> moves() {
    return moves;
  }

  List<String> lines() {
    return lines;
  }

  Map<String, Integer> faults() {
    return faults;
  }

  /** The same for the same trace, and for no other. */
  String hash() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      lines.forEach(line -> digest.update((line + "\n").getBytes(StandardCharsets.UTF_8)));
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
