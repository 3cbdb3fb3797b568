#pragma once
// The memory that survives power: a file.
#include <stdio.h>
#include <stdlib.h>

struct Eeprom {
  template <class T> void get(int, T &value) {
    value = 0;
    if (FILE *file = fopen(getenv("EEPROM_FILE"), "rb")) { if (fread(&value, sizeof value, 1, file) != 1) value = 0; fclose(file); }
  }
  template <class T> void put(int, const T &value) {
    FILE *file = fopen(getenv("EEPROM_FILE"), "wb");
    fwrite(&value, sizeof value, 1, file);
    fclose(file);
  }
};
static Eeprom EEPROM;
