/* Stands for work that never ends. */
process.stdout.write('started')
for (;;);
