# Headless Chromium with a profile of its own in the workspace's folder, told what to do over a pipe (the DevTools
# protocol): it ends with the pipe, whatever becomes of the test.
#
#   my $browser = Browser->new(port => $nginx->tls_port, third_party_cookies => 'block');
#   $browser->visit('https://www.example.test/');         # any https://NAME.test leads to the port
#   $browser->leave('document.forms[0].submit()');        # JavaScript that goes to another page
#   is $browser->run('location.href'), '…';               # its value, or the value of its promise
#   $browser->frame->run('…');                            # in the page's frame of another site
package Browser;

use strict;
use warnings;

use Carp qw(croak);
use IO::Select;
use JSON::PP ();
use POSIX ();
use Time::HiRes qw(time);

use Workspace qw(folder write_file read_file keep_secret patience wait_until);

my $json = JSON::PP->new->utf8->allow_nonref;
my $count = 0;
my @all;

# No sandbox, which root cannot have; nothing asked of the internet; every page loaded anew; any certificate is good.
my @flags = qw(--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking
    --disable-component-update --disable-sync --disable-dev-shm-usage --disable-back-forward-cache
    --ignore-certificate-errors --no-proxy-server --remote-debugging-pipe);

# Options: port, third_party_cookies (allow, or block).
sub new {
    my ($class, %option) = @_;
    my $self = bless {owner => $$, folder => folder() . '/browser' . ++$count}, $class;
    mkdir $_ for $self->{folder}, "$self->{folder}/Default";
    my $mode = ($option{third_party_cookies} // 'allow') eq 'block' ? 1 : 0;
    write_file("$self->{folder}/Default/Preferences", $json->encode({profile => {cookie_controls_mode => $mode}}));
    my $names = "--host-resolver-rules=MAP *.test 127.0.0.1:$option{port}, MAP * ~NOTFOUND";
    pipe my $commands, my $to or croak "pipe: $!";
    pipe my $from, my $answers or croak "pipe: $!";
    $self->{pid} = fork // croak "fork: $!";
    $self->become_chromium($commands, $answers, $names) unless $self->{pid};
    close $_ for $commands, $answers;
    $self->{pipe} = {to => $to, from => $from, input => '', last_id => 0};
    push @all, $self;
    $self->{session} = wait_until { $self->attach('page') } 20;
    return $self;
}

# Replaces this process, a fresh child: the head of a process group, nothing of nginx's environment, pipes at 3 and 4.
sub become_chromium {
    my ($self, $commands, $answers, @more) = @_;
    POSIX::setpgid(0, 0);
    delete @ENV{grep {/^(?:LD_PRELOAD|\w+SAN_OPTIONS|TEST_NGINX_\w+|CHROM\w+|XDG_\w+|DISPLAY|DBUS\w+)$/} keys %ENV};
    @ENV{qw(HOME TMPDIR)} = ($self->{folder}) x 2;
    open STDERR, '>>', "$self->{folder}/output";
    open STDOUT, '>&', \*STDERR;
    POSIX::dup2(fileno $commands, 103);
    POSIX::dup2(fileno $answers, 104);
    POSIX::dup2($_, $_ - 100), POSIX::close($_) for 103, 104;
    exec 'chromium', @flags, @more, "--user-data-dir=$self->{folder}", 'about:blank' or POSIX::_exit(127);
}

# A command of the DevTools protocol to the whole browser, or to the session given: its result, or undef.
sub call {
    my ($self, $method, $parameters, $session) = @_;
    my $pipe = $self->{pipe};
    my $ended = sub { croak "$method: chromium ended: " . read_file("$self->{folder}/output") };
    my $id = ++$pipe->{last_id};
    my %command = (id => $id, method => $method, params => $parameters // {});
    $command{sessionId} = $session if $session;
    syswrite($pipe->{to}, $json->encode(\%command) . "\0") or $ended->();
    my $end = time + patience(10);
    while (1) {
        while ($pipe->{input} =~ s/^([^\0]*)\0//) {
            my $message = $json->decode($1);
            return $message->{result} if ($message->{id} // 0) == $id;
        }
        IO::Select->new($pipe->{from})->can_read($end - time) or croak "$method: no answer from chromium";
        sysread($pipe->{from}, $pipe->{input}, 65536, length $pipe->{input}) or $ended->();
    }
}

# A session with the first thing of the kind: page, iframe (one of another site than its page).
sub attach {
    my ($self, $kind) = @_;
    my ($target) = grep { $_->{type} eq $kind } @{$self->call('Target.getTargets')->{targetInfos}} or return;
    my $attached = $self->call('Target.attachToTarget', {targetId => $target->{targetId}, flatten => \1});
    return $attached && $attached->{sessionId};
}

# As a user who enters an address.
sub visit {
    my ($self, $url) = @_;
    my $result = $self->call('Page.navigate', {url => $url}, $self->{session});
    return !!($result && !$result->{errorText} && $self->has_loaded);
}

# The value of JavaScript, run as if by a user's click; undef where it throws or has no page to run in.
sub run {
    my ($self, $code) = @_;
    my $result = $self->call('Runtime.evaluate', {expression => $code, awaitPromise => \1, returnByValue => \1,
        userGesture => \1}, $self->{session});
    return $result && !$result->{exceptionDetails} ? $result->{result}{value} : undef;
}

# Runs what leads to another page, and waits for that one.
sub leave {
    my ($self, $code) = @_;
    $self->run("window.old = true; $code");
    return $self->has_loaded;
}

sub has_loaded {
    my ($self) = @_;
    return !!wait_until { ($self->run('window.old ? "old" : document.readyState') // '') eq 'complete' } 10;
}

sub text { $_[0]->run('document.body.innerText') }

# The same browser, in its page's frame.
sub frame {
    my ($self) = @_;
    my $session = wait_until { $self->attach('iframe') } 10;
    return bless {%$self, session => $session, owner => 0}, ref $self;
}

# All cookies by name, also those that no page may read; no log may have them.
sub cookies {
    my ($self) = @_;
    my $cookies = $self->call('Storage.getCookies')->{cookies};
    keep_secret(map { $_->{value} } @$cookies);
    return {map { $_->{name} => $_ } @$cookies};
}

sub stop {
    my ($self) = @_;
    return unless $self->{pid} && $self->{owner} == $$;
    kill KILL => -$self->{pid}, $self->{pid};
    waitpid delete $self->{pid}, 0;
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!);
    $self->stop;
}
END { local $?; $_->DESTROY for @all }

1;
