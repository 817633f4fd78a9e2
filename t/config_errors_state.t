# Wrong settings of `state`: `nginx -t` names directive, value and remedy.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use ConfigErrors;
use StateFile;

my $state = StateFile->new;
my $folder = $state->folder_of;
my $key = 'key v1 file=v1.key;';
mkdir "$folder/folder";
symlink '/etc/hostname', "$folder/link";
write_file("$folder/text", "hello\n");

refuses(sub { (realm => "$key\n$_[0]\n") }, <<'TABLE');
state;
    invalid number of arguments in "state" directive
state a b;
    invalid number of arguments in "state" directive
state state1/a; state state1/b;
    "state" directive is duplicate
state '';
    invalid value "" in "state", name a file
state state1/a; redis 127.0.0.1:6379;
    } "state" in realm "app" is of the embedded store, leave it out or "redis"
state state1/folder;
    } "state" in realm "app": "F/state1/folder" is no regular file, name one, or one that does not exist yet
state state1/link;
    } "state" in realm "app": "F/state1/link" is no regular file, name one, or one that does not exist yet
state state1/text;
    } "state" in realm "app": "F/state1/text" is damaged at offset 0: not the state of a realm, put back a copy
TABLE

sub refused_by {
    my ($message, $realm, $name, %more) = @_;
    my ($good, $output) = Nginx->check(realm => "$key $realm", %more);
    ok !$good, $name;
    like $output, qr/\[emerg\].*$message/, 'and says why';
}

refused_by(qr/"state $folder\/a" is of realm "app" too, each needs a file of its own/, "state $folder/a;",
    'two realms with one file', realms => {second => "$key state $folder/a;"});
chmod 0640, "$folder/text";
refused_by(qr/"state" in realm "app": "$folder\/text" has mode 640, others than its owner can use it: chmod 600 it/,
    "state $folder/text;", 'a file for others to read');
my $user = $> == 0 ? 'nobody' : getpwuid $>;
refused_by(qr/"state" in realm "app": the folder "$folder\/none": No such file or directory, use "install -d -o $user -m 700 $folder\/none"/,
    "state $folder/none/a;", 'a folder that is not there');

SKIP: {
    skip 'only root starts workers as another user', 4 if $> != 0;
    mkdir "$folder/closed", 0755;
    refused_by(qr/user "nobody" cannot write to the folder "$folder\/closed", use "install -d -o nobody -m 700/,
        "state $folder/closed/a;", 'a folder that is not the workers\'');
    write_file("$folder/own", '');
    refused_by(qr/"state" in realm "app": "$folder\/own" is not of user "nobody": chown it/, "state $folder/own;",
        'a file that is not the workers\'');
}

my ($good, $output) = Nginx->check(realm => "$key state $folder/new;");
ok $good, 'a file that is not there yet is good' or diag $output;
ok !-e "$folder/new", 'and not made by nginx -t';

done;
