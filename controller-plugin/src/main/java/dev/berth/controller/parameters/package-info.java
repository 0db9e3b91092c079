/** Parameters of a StorageClass: one table that parses them and writes their reference page. */
@NullMarked
package dev.berth.controller.parameters;

import org.jspecify.annotations.NullMarked;
