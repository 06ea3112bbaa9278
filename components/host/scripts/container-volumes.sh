# Disks of a node besides its root: sparse files behind loop devices.

volume_names() { find "$dir/disk" -maxdepth 1 -name 'volume-*' -printf '%f\n' 2>/dev/null | sort | xargs; }

loop_of() { losetup --noheadings --output NAME --associated "$1" | head -n 1; }

# One that is declared no more keeps its file and its disk as long as the node: pods may use it.
make_volumes() {
  local word file loop
  for word in ${CONTAINER_VOLUMES:-}; do
    file=$dir/disk/volume-${word%:*}
    truncate -s ">${word#*:}G" "$file"
    loop=$(loop_of "$file")
    [[ -z $loop ]] || losetup --set-capacity "$loop"
  done
}

# Prints the arguments that show each volume's disk to the node; what is attached already is left so.
attach_volumes() {
  local name file loop
  for name in $(volume_names); do
    file=$dir/disk/$name
    loop=$(loop_of "$file")
    [[ -n $loop ]] || loop=$(losetup --find --show "$file") || fail "no loop device for $name: losetup -a shows who has them"
    echo "--bind=$loop:/dev/nordmesh/${name#volume-}"
  done
}

detach_volumes() {
  local name
  for name in $(volume_names); do
    loop_of "$dir/disk/$name" | xargs -r losetup --detach
  done
}
