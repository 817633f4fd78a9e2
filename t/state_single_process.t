# `master_process off`: the one process loads the state and writes it.
use FindBin;
use lib "$FindBin::Bin/lib";
use Kit;
use Sessions;
use StateFile;

my $state = StateFile->new;
chown 0, 0, $state->folder_of if $> == 0;    # it keeps its user
my $nginx = Nginx->prepare($state->nginx(main => 'master_process off; user root;'));
write_file($nginx->{file}, read_file($nginx->{file}) =~ s/^user nobody.*$//mr);

# The kit knows a start by its workers: here the only process is one.
no warnings 'redefine';
*Nginx::workers = sub { $_[0]{pid} };
$nginx->start;

my @users = $state->enter($nginx, 1, 2);
is $nginx->post('/logout', $users[0]{cookie})->status, 200, 'a logout';
kill KILL => $nginx->pid;
eventually { $nginx->gone } 5, 'killed';
$nginx->start;
is $state->answers($nginx, @users), 'revoked valid', 'after a restart';

ok $nginx->quit, 'it quits';
$nginx->start;
is $state->answers($nginx, @users), 'revoked valid', 'with all it had';

done;
