# A realm that keeps its sessions in a file, and what is done to both.
#
#   my $state = StateFile->new;                       # in a folder of the workers' own
#   my $nginx = Nginx->new($state->nginx, …);         # realm, locations, backend of a login
#   is $state->answers($nginx, $user, $other), 'valid revoked';
package StateFile;

use strict;
use warnings;

use Compress::Raw::Zlib qw(crc32);

use Sessions;
use Tokens qw(new_key);
use Workspace qw(folder read_file wait_until);

my $count = 0;

# An existing folder may be named.
sub new {
    my ($class, %option) = @_;
    my $folder = $option{folder} // folder() . '/state' . ++$count;
    -d $folder or mkdir $folder, 0700 or die "$folder: $!";
    own($folder);
    new_key('v1') unless -e folder() . '/v1.key';
    return bless {folder => $folder, path => "$folder/app.state"}, $class;
}

# What workers use is theirs.
sub own {
    my (@paths) = @_;
    return if $> != 0;
    chown((getpwnam 'nobody')[2, 3], @paths) or die "chown: $!";
}

sub path { $_[0]{path} }
sub folder_of { $_[0]{folder} }
sub bytes { read_file($_[0]{path}) }
sub lines { split /^/, $_[0]->bytes }

# The file is that from now on, as if a worker had written it.
sub put {
    my ($self, $bytes) = @_;
    open my $file, '>:raw', "$self->{path}.put" or die "$self->{path}: $!";
    print $file $bytes;
    close $file;
    chmod 0600, "$self->{path}.put";
    own("$self->{path}.put");
    rename "$self->{path}.put", $self->{path} or die "$self->{path}: $!";
}

# So many sessions of fewer users, in the words of journal_format.hpp and effects.hpp.
sub put_sessions {
    my ($self, $count, $users) = @_;
    my $head = sprintf 'session-state 1 app %016x %016x', 1, 0;
    my @lines = sprintf "%s %08x\n", $head, crc32($head);
    my ($now, $end) = (time, time + 3600);
    for my $number (1 .. $count) {
        my $user = 'u' . $number % $users;
        push @lines, line($number, '+' . effect('H', $end, "session:data:{$user}:s$number", sub => $user, tenant => 't1',
            created_at => $now, expires_at => $end, last_activity_at => $now, user_agent => 'x' x 100));
    }
    $self->put(join '', @lines, line($count + 1, '@'));
}

sub line { my ($number, $body) = @_; return sprintf "%d %08x %s\n", $number, crc32($number . $body), $body }

sub effect {
    my ($kind, $expires, @texts) = @_;
    my $bytes = $kind . pack('q<', $expires) . join '', map { pack('V', length) . $_ } @texts;
    return $bytes =~ s/([^ -\[\]-~])/sprintf '\\%02x', ord $1/ger;
}

sub realm {
    my ($self, $more) = (@_, '');
    return "key v1 file=v1.key; cookie access_token; refresh_cookie refresh_token; state $self->{path}; $more";
}

sub nginx {
    my ($self, %more) = @_;
    return (
        realm => $self->realm(delete $more{realm} // ''),
        backend => login_backend('location /mark { add_header X-Session-Stale $http_x_stale; return 200; }'),
        locations => '
            location / { auth_session app; proxy_pass http://backend; }
            location = /login { session_issue app; proxy_pass http://backend; }
            location = /mark { session_issue app; proxy_pass http://backend; }
            location = /refresh { session_refresh app; }
            location = /logout { session_logout app /; }
            location = /status { session_status; }',
        %more,
    );
}

# Users who log in.
sub enter {
    my ($self, $nginx, @users) = @_;
    my @sessions = map { log_in($nginx, '/login', "X-Login: $_") } @users;
    return wantarray ? @sessions : $sessions[0];
}

# What each access token is said to be.
sub answers {
    my ($self, $nginx, @sessions) = @_;
    return join ' ', map { $nginx->get('/', $_->{only_access})->header('X-Reason') } @sessions;
}

# The end of all processes at once, as by a power cut that spares the disk.
sub kill_all {
    my ($self, $nginx) = @_;
    kill STOP => $nginx->pid;    # it would start others
    my @processes = ($nginx->workers('all'), $nginx->pid);
    kill KILL => @processes;
    wait_until { $nginx->gone && !grep { kill 0 => $_ } @processes } 10 or die 'nginx does not die';
}

1;
