# Packages of the npm registry, for tests whose other side is a library that people use in production.
#
#   my $folder = Npm::modules('@auth/core@0.41.1');         # has node_modules; installed once, into build/npm
#   my $answer = Npm::run($folder, 'authjs.mjs', $input);   # t/lib/authjs.mjs: JSON in, JSON out
#
# The packages that are named have the version that is named; those that they need have what was current on the
# date below, so that a test sees tomorrow what it saw today. Nothing of them is run at installation.
package Npm;

use strict;
use warnings;

use Carp qw(croak);
use Cwd qw(abs_path);
use Digest::SHA qw(sha256_hex);
use Fcntl qw(:flock);
use File::Basename qw(dirname);
use File::Path qw(make_path remove_tree);
use File::Spec ();
use IPC::Open2 qw(open2);
use JSON::PP ();
use POSIX ();

use Workspace qw(read_file write_file);

my $kit = abs_path(dirname(__FILE__));
my $build = "$kit/../../build/npm";
my $date = '2026-01-01';
my $json = JSON::PP->new->canonical->allow_nonref->utf8;

# The folder whose node_modules has the packages, each NAME@VERSION. Tests that want the same at a time wait for
# the one that installs.
sub modules {
    my @wanted = sort @_;
    /^(?:\@[\w.-]+\/)?[\w.-]+\@\d+\.\d+\.\d+[\w.-]*$/ or croak "$_: name a package with its exact version" for @wanted;
    command($_) or croak "$_ is missing: \"make needs\" installs it" for qw(node npm);
    make_path($build);
    my $folder = abs_path($build) . '/' . substr sha256_hex("$date @wanted"), 0, 16;
    open my $lock, '>', "$folder.lock" or croak "$folder.lock: $!";
    flock $lock, LOCK_EX or croak "$folder.lock: $!";
    install($folder, @wanted) unless -e "$folder/complete";
    return $folder;
}

sub command {
    my ($name) = @_;
    return grep { -x "$_/$name" } File::Spec->path;
}

# Peers, such as the whole of Next.js, are left out: what the tests import does without.
sub install {
    my ($folder, @wanted) = @_;
    remove_tree($folder);
    make_path($folder);
    write_file("$folder/package.json", '{"private":true}', 0644);
    my @command = ('npm', 'install', '--prefix', $folder, '--cache', abs_path($build) . '/cache', "--before=$date",
        qw(--save-exact --ignore-scripts --legacy-peer-deps --no-audit --no-fund --no-update-notifier), @wanted);
    my $pid = fork // croak "fork: $!";
    if (!$pid) {
        chdir $folder;
        open STDIN, '<', '/dev/null';
        open STDOUT, '>', 'install.log';
        open STDERR, '>&', \*STDOUT;
        exec @command or POSIX::_exit(127);
    }
    waitpid $pid, 0;
    croak "npm could not install @wanted:\n" . read_file("$folder/install.log") if $?;
    write_file("$folder/complete", "@wanted\n", 0644);
}

# Runs t/lib/SCRIPT, an ES module that finds its imports in the folder. It reads JSON from its standard input and
# writes JSON to its standard output.
sub run {
    my ($folder, $script, $input) = @_;
    my $source = read_file("$kit/$script") or croak "$script: not in $kit";
    my $pid = open2(my $from, my $to, 'sh', '-c', 'cd "$1" && exec node --input-type=module --eval "$2"', 'sh', $folder,
        $source);
    print $to $json->encode($input);
    close $to;
    local $/;
    my $output = <$from> // '';
    waitpid $pid, 0;
    croak "$script failed" if $?;
    return $json->decode($output);
}

1;
